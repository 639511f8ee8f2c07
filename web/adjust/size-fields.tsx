import { ADJUST } from '../texts-on-demand.ts';
import type { FieldsProps } from './fields.ts';
import { withBox, withRatio } from './recipe-changes.ts';
import { SliderField } from './slider-field.tsx';

const FITS = ['contain', 'cover', 'inside'] as const;
const SIDE = { min: 100, max: 2000, most: 16_384, step: 10, digits: 0 } as const;
const RATIO = { min: 0.05, max: 1, step: 0.05, digits: 2 } as const;
const FIRST_RATIO = 0.5;

/** A box in pixels, or a ratio. */
export function SizeFields({ recipe, start, onChange }: FieldsProps) {
  const { resize } = recipe;
  const before = start.resize;
  const isRatio = 'ratio' in resize;
  return (
    <fieldset>
      <legend>{ADJUST.size}</legend>
      <div className="segments">
        <button
          type="button"
          className="button"
          aria-pressed={!isRatio}
          onClick={() => onChange(withBox(recipe, {}))}
        >
          {ADJUST.kinds.box}
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={isRatio}
          onClick={() => onChange(withRatio(recipe, isRatio ? resize.ratio : FIRST_RATIO))}
        >
          {ADJUST.kinds.ratio}
        </button>
      </div>
      {isRatio ? (
        <SliderField
          {...RATIO}
          name={ADJUST.ratio}
          value={resize.ratio}
          start={'ratio' in before ? before.ratio : undefined}
          onChange={(ratio) => onChange(withRatio(recipe, ratio))}
        />
      ) : (
        <>
          {(['widthPx', 'heightPx'] as const).map((side) => (
            <SliderField
              key={side}
              {...SIDE}
              name={side === 'widthPx' ? ADJUST.width : ADJUST.height}
              value={resize[side]}
              start={'ratio' in before ? undefined : before[side]}
              onChange={(px) => onChange(withBox(recipe, { [side]: px }))}
            />
          ))}
          <label className="field">
            <span>{ADJUST.fit}</span>
            <select
              className="input"
              value={resize.fit}
              onChange={({ target }) =>
                onChange(withBox(recipe, { fit: FITS.find((fit) => fit === target.value) ?? 'contain' }))
              }
            >
              {FITS.map((fit) => (
                <option key={fit} value={fit}>
                  {ADJUST.fits[fit]}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
    </fieldset>
  );
}
