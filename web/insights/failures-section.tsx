import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { asProblem } from '../../client/problem.ts';
import type { Failures } from '../../client/types.ts';
import { useSession } from '../app/session.ts';
import { INSIGHTS } from '../texts-on-demand.ts';
import { announce } from '../ui/announcer.tsx';
import { bytesOf } from '../ui/format.ts';
import { FailureList } from './failure-list.tsx';

const { failures: TEXT } = INSIGHTS;

type Redrive = { all: true } | { imageIds: string[] } | { messageIds: string[] };

/** For administrators: what has failed, why, and how to try again. */
export function FailuresSection() {
  const { api, query, images } = useSession();
  const [said, setSaid] = useState('');
  const { data, error, refetch } = useQuery<Failures>({
    queryKey: ['failures'],
    queryFn: ({ signal }) => api.call('GET /failures', { signal }),
  });
  const redrive = async (body: Redrive) => {
    const text = await outcomeOf(body);
    setSaid(text);
    announce(text);
    await query.invalidateQueries({ queryKey: ['failures'] });
  };
  const outcomeOf = async (body: Redrive) => {
    try {
      const { outcomes } = await api.call('POST /failures/redrive', { body });
      const refused = outcomes.filter(({ status }) => status >= 400);
      for (const { id, status } of outcomes) if (status < 400 && images.get(id)) images.read(id);
      const sent = TEXT.sent(outcomes.length - refused.length);
      const [first] = refused;
      return first === undefined
        ? sent
        : `${sent}. ${TEXT.refused(refused.length, first.problem?.detail ?? String(first.status))}`;
    } catch (problem) {
      return asProblem(problem).message;
    }
  };
  if (error !== null && data === undefined) {
    return (
      <div role="alert">
        <p>{TEXT.problem}</p>
        <p className="secondary">{asProblem(error).message}</p>
        <button type="button" className="button" onClick={() => void refetch()}>
          {INSIGHTS.again}
        </button>
      </div>
    );
  }
  if (data === undefined) return <p className="secondary">{INSIGHTS.loading}</p>;
  const count = data.images.length + data.messages.length;
  return (
    <>
      {count === 0 ? (
        <p className="secondary">{TEXT.none}</p>
      ) : (
        <p>
          <button type="button" className="button" onClick={() => void redrive({ all: true })}>
            <RotateCw size={16} aria-hidden />
            {TEXT.all(count)}
          </button>
        </p>
      )}
      {said !== '' && <p>{said}</p>}
      <FailureList
        title={TEXT.runs}
        hint={TEXT.runsHint}
        verb={TEXT.retry}
        failures={data.images.map(({ imageId, fileName, reason }) => ({
          id: imageId,
          name: <Link href={`/images/${imageId}`}>{fileName}</Link>,
          verbOn: TEXT.retryNamed(fileName),
          reason,
        }))}
        onSend={(imageId) => void redrive({ imageIds: [imageId] })}
      />
      <FailureList
        title={TEXT.messages}
        hint={TEXT.messagesHint}
        verb={TEXT.send}
        failures={data.messages.map(describeMessage)}
        onSend={(messageId) => void redrive({ messageIds: [messageId] })}
      />
      {!data.isComplete && <p className="secondary">{TEXT.more}</p>}
    </>
  );
}

function describeMessage({ messageId, queue, bodyBytes, reason, recordedAt }: Failures['messages'][number]) {
  const name = TEXT.message(queue, bytesOf(bodyBytes));
  return { id: messageId, name, verbOn: TEXT.sendNamed(name), reason, at: recordedAt };
}
