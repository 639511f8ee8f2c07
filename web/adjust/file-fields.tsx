import { ADJUST } from '../texts-on-demand.ts';
import type { FieldsProps } from './fields.ts';
import {
  FIXED_FORMATS,
  GOALS,
  type Goal,
  goalOf,
  hasQuality,
  TARGET_FORMATS,
  withFormat,
  withGoal,
} from './recipe-changes.ts';
import { SliderField } from './slider-field.tsx';

const RANGES: Readonly<Record<Goal, { min: number; max: number; step: number; digits: number }>> = {
  quality: { min: 1, max: 100, step: 1, digits: 0 },
  targetQuality: { min: 0, max: 100, step: 1, digits: 0 },
  targetSsim: { min: 0, max: 1, step: 0.01, digits: 2 },
};

/** The format, and the quality or the target of the encoder. */
export function FileFields({ recipe, start, onChange }: FieldsProps) {
  const { output } = recipe;
  const { goal, value } = goalOf(output);
  const before = goalOf(start.output);
  const formats = goal === 'quality' ? FIXED_FORMATS : TARGET_FORMATS;
  return (
    <fieldset>
      <legend>{ADJUST.output}</legend>
      <label className="field">
        <span>{ADJUST.goal}</span>
        <select
          className="input"
          value={goal}
          onChange={({ target }) => {
            const next = GOALS.find((each) => each === target.value);
            if (next) onChange(withGoal(recipe, next));
          }}
        >
          {GOALS.map((each) => (
            <option key={each} value={each}>
              {ADJUST.goals[each]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{ADJUST.format}</span>
        <select
          className="input"
          value={output.format}
          onChange={({ target }) => onChange(withFormat(recipe, target.value))}
        >
          {formats.map((each) => (
            <option key={each} value={each}>
              {ADJUST.formats[each]}
            </option>
          ))}
        </select>
      </label>
      {hasQuality(output) ? (
        <SliderField
          key={goal}
          {...RANGES[goal]}
          name={ADJUST.goalValues[goal]}
          value={value}
          start={before.goal === goal ? before.value : undefined}
          onChange={(next) => onChange(withGoal(recipe, goal, next))}
        />
      ) : (
        <p className="secondary dense">{ADJUST.lossless}</p>
      )}
    </fieldset>
  );
}
