import { type ImageFilter, searchOf } from '../images/filter.ts';

/** The gallery of a day. */
export function addressOf(day: string, filter: ImageFilter = {}): string {
  return `/?${searchOf({ ...filter, from: day, to: day })}`;
}
