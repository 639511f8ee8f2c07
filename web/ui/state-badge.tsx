import { Check, CircleX, Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ImageState } from '../../client/types.ts';
import { STATES } from '../texts.ts';

const LOOKS = {
  RECEIVED: [Clock, 'busy'],
  PROCESSING: [LoaderCircle, 'busy'],
  FANNED_OUT: [LoaderCircle, 'busy'],
  COMPLETE: [Check, 'good'],
  REJECTED: [CircleX, 'bad'],
  FAILED: [TriangleAlert, 'bad'],
  DELETED: [CircleX, 'bad'],
} as const;

/** A state as an icon with a word, never as a colour alone. */
export function StateBadge({ state }: { state: ImageState }) {
  const [Icon, tone] = LOOKS[state];
  return (
    <span className="state" data-tone={tone}>
      <Icon size={16} aria-hidden />
      {STATES[state]}
    </span>
  );
}
