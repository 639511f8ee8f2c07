export const MODES = ['slider', 'flip', 'side'] as const;
/** How original and result are compared; `single` shows the result alone. */
export type Mode = (typeof MODES)[number] | 'single';

export function isMode(value: unknown): value is Mode {
  return MODES.includes(value as (typeof MODES)[number]);
}

/** What surrounds a picture changes how bright it looks: middle grey does not. */
const SURROUNDS = ['grey', 'black', 'white'] as const;
export type Surround = (typeof SURROUNDS)[number];

export function isSurround(value: unknown): value is Surround {
  return SURROUNDS.includes(value as Surround);
}

export function nextSurround(surround: Surround): Surround {
  return SURROUNDS[(SURROUNDS.indexOf(surround) + 1) % SURROUNDS.length] ?? 'grey';
}
