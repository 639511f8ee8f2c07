import { ADJUST } from '../texts-on-demand.ts';
import type { FieldsProps } from './fields.ts';
import { withFilter } from './recipe-changes.ts';
import { SliderField } from './slider-field.tsx';

/** In the order in which the pipeline applies them. */
const ENHANCEMENTS = ['sharpness', 'brightness', 'contrast', 'color'] as const;
const FILTERS = Object.keys(ADJUST.filterNames) as (keyof typeof ADJUST.filterNames)[];
const FACTOR = { min: 0, max: 3, step: 0.05, digits: 2 } as const;

/** Enhancement and filters. */
export function LookFields({ recipe, start, onChange }: FieldsProps) {
  const { enhance, filters } = recipe;
  return (
    <>
      <fieldset>
        <legend>{ADJUST.enhance}</legend>
        {ENHANCEMENTS.map((each) => (
          <SliderField
            key={each}
            {...FACTOR}
            name={ADJUST.enhancements[each]}
            value={enhance[each]}
            start={start.enhance[each]}
            onChange={(factor) => onChange({ ...recipe, enhance: { ...enhance, [each]: factor } })}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>{ADJUST.filters}</legend>
        <div className="chips">
          {FILTERS.map((each) => (
            <button
              key={each}
              type="button"
              className="button"
              aria-pressed={filters.includes(each)}
              onClick={() => onChange(withFilter(recipe, each))}
            >
              {ADJUST.filterNames[each]}
            </button>
          ))}
        </div>
        {filters.length > 1 && (
          <p className="secondary dense">{ADJUST.order(filters.map((each) => ADJUST.filterNames[each]))}</p>
        )}
      </fieldset>
    </>
  );
}
