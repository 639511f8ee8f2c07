import type { ReactNode } from 'react';
import type { Reason } from '../../client/types.ts';
import { timeOf } from '../ui/format.ts';

interface Failure {
  id: string;
  name: ReactNode;
  /** The verb with what it concerns, for screen readers. */
  verbOn: string;
  reason: Reason | null;
  at?: string;
}

interface FailureListProps {
  title: string;
  hint: string;
  verb: string;
  failures: readonly Failure[];
  onSend(id: string): void;
}

/** Failures of one kind, each with its reason and a button. */
export function FailureList({ title, hint, verb, failures, onSend }: FailureListProps) {
  if (failures.length === 0) return null;
  return (
    <section className="failure-list">
      <h3>
        {title} <span className="secondary">{failures.length}</span>
      </h3>
      <p className="secondary">{hint}</p>
      <ul className="failures">
        {failures.map(({ id, name, verbOn, reason, at }) => (
          <li key={id}>
            <div>
              <p>
                <bdi>{name}</bdi>
                {at && <span className="secondary dense"> {timeOf(at)}</span>}
              </p>
              <p className="secondary dense">
                {reason?.message} {reason && <code>{reason.code}</code>}
              </p>
            </div>
            <button type="button" className="button" aria-label={verbOn} onClick={() => onSend(id)}>
              {verb}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
