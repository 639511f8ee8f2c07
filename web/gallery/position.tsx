import type { ImageList } from '../images/image-list.ts';
import { TEXTS } from '../texts.ts';
import type { Row } from './rows.ts';

/** Which images of how many are seen. A gallery that is seen whole needs no position. */
export function Position(props: {
  list: ImageList;
  rows: readonly Row[];
  first: number | undefined;
  last: number | undefined;
}) {
  const { list, rows, first = 0, last = 0 } = props;
  const [start, end] = [rows[first]?.start, rows[last]?.end];
  if (start === undefined || end === undefined || rows.length < 4) return null;
  const { count = list.ids.length, isExact = false } = list.total ?? {};
  const total = `${count.toLocaleString()}${isExact ? '' : '+'}`;
  return <p className="position">{TEXTS.gallery.position(start + 1, end, total)}</p>;
}
