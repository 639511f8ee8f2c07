/** A row of the gallery: the images from `start` to before `end`, all of one height. */
export interface Row {
  start: number;
  end: number;
  heightPx: number;
  /** Of each image, left to right. */
  widthsPx: readonly number[];
}

/** A panorama does not fill the page alone, and a strip keeps a width that can be hit. */
const [NARROWEST, WIDEST] = [0.5, 4];

/**
 * Fills rows of the given width with pictures of true aspect ratio. Each row is as high as fills it exactly, which is
 * close to the target; the last one is not stretched.
 *
 * @param aspects width / height of each picture
 */
export function layoutRows(
  aspects: readonly number[],
  { widthPx, heightPx, gapPx }: { widthPx: number; heightPx: number; gapPx: number },
): Row[] {
  const rows: Row[] = [];
  let start = 0;
  let sum = 0;
  for (const [index, each] of aspects.entries()) {
    const aspect = clamped(each);
    const room = (count: number) => widthPx - gapPx * (count - 1);
    const without = sum === 0 ? Number.POSITIVE_INFINITY : room(index - start) / sum;
    const withIt = room(index + 1 - start) / (sum + aspect);
    // The row is full: it ends before or after this picture, whichever is closer to the target.
    if (withIt < heightPx && without - heightPx < heightPx - withIt) {
      rows.push(rowOf(aspects, start, index, without));
      start = index;
      sum = aspect;
    } else {
      sum += aspect;
      if (withIt <= heightPx) {
        rows.push(rowOf(aspects, start, index + 1, withIt));
        start = index + 1;
        sum = 0;
      }
    }
  }
  if (start < aspects.length) {
    const fitting = (widthPx - gapPx * (aspects.length - start - 1)) / sum;
    rows.push(rowOf(aspects, start, aspects.length, Math.min(heightPx, fitting)));
  }
  return rows;
}

function rowOf(aspects: readonly number[], start: number, end: number, heightPx: number): Row {
  const widthsPx = aspects.slice(start, end).map((aspect) => clamped(aspect) * heightPx);
  return { start, end, heightPx, widthsPx };
}

function clamped(aspect: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, aspect));
}
