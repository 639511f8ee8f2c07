import { useEffect, useRef, useState } from 'react';
import type { ImageState } from '../../client/types.ts';
import { useAlbums, useRecipes } from '../app/queries.ts';
import type { ImageFilter } from '../images/filter.ts';
import { STATES, TEXTS } from '../texts.ts';
import { useKeys } from '../ui/use-keys.ts';
import { useIsNarrow } from '../ui/use-media.ts';

interface FilterBarProps {
  filter: ImageFilter;
  onChange(change: Partial<ImageFilter>): void;
  heightPx: number;
  onHeight(px: number): void;
}

const SHOWN_STATES: readonly ImageState[] = [
  'COMPLETE',
  'REJECTED',
  'FAILED',
  'RECEIVED',
  'PROCESSING',
  'FANNED_OUT',
];
/** Typing pauses this long before the list is read. */
const TYPING_MS = 250;
export const [SMALLEST_PX, LARGEST_PX] = [96, 400];

/** State, recipe, album, dates and name. They stand in the address, so that a filtered gallery can be sent to others. */
export function FilterBar({ filter, onChange, heightPx, onHeight }: FilterBarProps) {
  const isNarrow = useIsNarrow();
  const choices = <Choices filter={filter} onChange={onChange} />;
  const { state, recipe, album, from, to } = filter;
  const active = [state, recipe, album, from, to].filter((value) => value !== undefined).length;
  return (
    <search className="filters" aria-label={TEXTS.filters.label}>
      <NameField name={filter.name ?? ''} onChange={(name) => onChange({ name })} />
      {isNarrow ? (
        <details className="more">
          <summary className="button">{TEXTS.filters.more(active)}</summary>
          <div className="row">{choices}</div>
        </details>
      ) : (
        choices
      )}
      <span className="secondary dense push wide">
        {album === undefined ? TEXTS.gallery.byUpload : TEXTS.gallery.byCapture}
      </span>
      <label className="size">
        <span className="visually-hidden">{TEXTS.gallery.size}</span>
        <input
          type="range"
          min={SMALLEST_PX}
          max={LARGEST_PX}
          step={8}
          value={heightPx}
          title={TEXTS.gallery.size}
          onChange={({ target }) => onHeight(target.valueAsNumber)}
        />
      </label>
    </search>
  );
}

function Choices({ filter, onChange }: Pick<FilterBarProps, 'filter' | 'onChange'>) {
  const { data: recipes = [] } = useRecipes();
  const { data: albums = [] } = useAlbums();
  return (
    <>
      {!filter.all && (
        <Choice
          label={TEXTS.filters.album}
          any={TEXTS.filters.anyAlbum}
          value={filter.album ?? ''}
          options={albums.map(({ album }) => [album, album])}
          onChange={(album) => onChange({ album })}
        />
      )}
      <Choice
        label={TEXTS.filters.state}
        any={TEXTS.filters.anyState}
        value={filter.state ?? ''}
        options={SHOWN_STATES.map((state) => [state, STATES[state]])}
        onChange={(state) => onChange({ state: state as ImageState })}
      />
      <Choice
        label={TEXTS.filters.recipe}
        any={TEXTS.filters.anyRecipe}
        value={filter.recipe ?? ''}
        options={recipes.map(({ name }) => [name, name])}
        onChange={(recipe) => onChange({ recipe })}
      />
      {filter.all && (
        <button type="button" className="button" aria-pressed onClick={() => onChange({ all: false })}>
          {TEXTS.filters.everybody}
        </button>
      )}
      <details className="dates" open={filter.from !== undefined || filter.to !== undefined}>
        <summary className="button">{TEXTS.filters.dates}</summary>
        <div className="row">
          {(['from', 'to'] as const).map((end) => (
            <input
              key={end}
              type="date"
              className="input"
              aria-label={TEXTS.filters[end]}
              value={filter[end] ?? ''}
              onChange={({ target }) => onChange({ [end]: target.value })}
            />
          ))}
        </div>
      </details>
    </>
  );
}

function Choice(props: {
  label: string;
  any: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange(value: string): void;
}) {
  const { label, any, value, options, onChange } = props;
  // An address may name an album that is gone.
  const isKnown = value === '' || options.some(([each]) => each === value);
  return (
    <select
      className="input"
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">{any}</option>
      {!isKnown && <option>{value}</option>}
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

function NameField({ name, onChange }: { name: string; onChange(name: string): void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(name);
  const report = useRef(onChange);
  report.current = onChange;
  useEffect(() => setText(name), [name]);
  useEffect(() => {
    if (text === name) return undefined;
    const timer = setTimeout(() => report.current(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, name]);
  useKeys({
    '/': (event) => {
      event.preventDefault();
      field.current?.focus();
    },
  });
  return (
    <input
      ref={field}
      type="search"
      className="input search"
      aria-label={TEXTS.filters.name}
      placeholder={TEXTS.filters.name}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
