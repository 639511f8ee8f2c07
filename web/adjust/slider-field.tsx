import { RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { ADJUST } from '../texts-on-demand.ts';
import { announce } from '../ui/announcer.tsx';
import { IconButton } from '../ui/icon-button.tsx';

interface SliderFieldProps {
  name: string;
  value: number;
  /** Of the slider. A typed value may go up to `most`. */
  min: number;
  max: number;
  step: number;
  most?: number;
  digits: number;
  /** Where reset leads. Undefined: there is no reset. */
  start: number | undefined;
  onChange(value: number): void;
}

/** Keys that move a slider, and elsewhere lead to other images. */
const MOVES = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

/** A slider with its number, which can be typed. What is out of range is clamped when the field is left, and says so. */
export function SliderField(props: SliderFieldProps) {
  const { name, value, min, max, step, most = max, digits, start, onChange } = props;
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const [note, setNote] = useState('');
  const take = (text: string) => {
    setTyped(text);
    setNote('');
    const number = numberOf(text);
    if (number >= min && number <= most) onChange(rounded(number, digits));
  };
  const leave = () => {
    if (typed === undefined) return;
    const number = numberOf(typed);
    setTyped(undefined);
    if (number >= min && number <= most) return;
    const isLeast = number < min;
    const said = Number.isNaN(number)
      ? ADJUST.notNumber
      : ADJUST.clamped(String(isLeast ? min : most), isLeast);
    setNote(said);
    announce(`${name}: ${said}`);
    if (!Number.isNaN(number)) onChange(isLeast ? min : most);
  };
  return (
    <div className="slider-field">
      <label htmlFor={id}>{name}</label>
      {start !== undefined && value !== start && (
        <IconButton
          icon={RotateCcw}
          name={ADJUST.resetOne(name)}
          isQuiet
          onClick={() => {
            setNote('');
            onChange(start);
          }}
        />
      )}
      <input
        className="input"
        inputMode="decimal"
        autoComplete="off"
        aria-label={ADJUST.typed(name)}
        value={typed ?? value.toFixed(digits)}
        onChange={({ target }) => take(target.value)}
        onBlur={leave}
        onKeyDown={({ key }) => key === 'Enter' && leave()}
      />
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={Math.min(max, Math.max(min, value))}
        onChange={({ target }) => {
          setNote('');
          onChange(rounded(target.valueAsNumber, digits));
        }}
        onKeyDown={keepMoves}
      />
      {note !== '' && <p className="secondary dense">{note}</p>}
    </div>
  );
}

function keepMoves(event: KeyboardEvent): void {
  if (MOVES.has(event.key)) event.stopPropagation();
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
