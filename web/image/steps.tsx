import { Check, LoaderCircle } from 'lucide-react';
import type { ImageView } from '../../client/types.ts';
import { TEXTS } from '../texts.ts';

/** The steps of an image in progress, as live messages report them. */
export function Steps({ image: { state, progress } }: { image: ImageView }) {
  const { step } = TEXTS.image;
  const { finished, expected } = progress;
  const rotations = (expected ?? []).filter((variant) => variant !== 'processed');
  const done = finished.filter((variant) => variant !== 'processed').length;
  const steps = [
    { name: step.received, isDone: state !== 'RECEIVED' },
    { name: step.processed, isDone: finished.includes('processed') },
    {
      name: step.rotations(done, rotations.length),
      isDone: expected !== null && done === rotations.length,
    },
  ];
  const current = steps.findIndex(({ isDone }) => !isDone);
  return (
    <ol className="progress-steps" aria-label={TEXTS.image.steps}>
      {steps.map(({ name, isDone }, index) => (
        <li key={name} aria-current={index === current ? 'step' : undefined} data-done={isDone || undefined}>
          {isDone ? (
            <Check className="icon" size={16} aria-hidden />
          ) : (
            <LoaderCircle className="icon" size={16} aria-hidden />
          )}
          {name}
        </li>
      ))}
    </ol>
  );
}
