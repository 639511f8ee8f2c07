import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitted,
  fittingScale,
  moved,
  resized,
  type Viewport,
  zoomed,
} from '../../../../web/image/viewport.ts';

const OUTPUT = { widthPx: 256, heightPx: 128 };
const STAGE = { widthPx: 1000, heightPx: 600 };
const SIZES = { output: OUTPUT, stage: STAGE };

/** The point of the output under a point of the stage. */
function pointAt(
  { scale = fittingScale(OUTPUT, STAGE), centre: [x, y] }: Viewport,
  at: readonly [number, number],
) {
  return [x + (at[0] - STAGE.widthPx / 2) / scale, y + (at[1] - STAGE.heightPx / 2) / scale] as const;
}

describe('the viewport', () => {
  it('shows the whole output, and a small one at most twice as large', () => {
    expect(fittingScale(OUTPUT, STAGE)).toBe(2);
    expect(fittingScale({ widthPx: 4000, heightPx: 1000 }, STAGE)).toBeCloseTo(952 / 4000);
  });

  it('zooms around the pointer', () => {
    const place = fc.tuple(fc.integer({ min: 300, max: 700 }), fc.integer({ min: 200, max: 400 }));
    fc.assert(
      fc.property(place, fc.double({ min: 1, max: 4, noNaN: true }), (at, factor) => {
        const [x, y] = pointAt(fitted(OUTPUT), at);
        const [newX, newY] = pointAt(zoomed(fitted(OUTPUT), factor, at, SIZES), at);
        expect(newX).toBeCloseTo(x, 6);
        expect(newY).toBeCloseTo(y, 6);
      }),
    );
  });

  it('stays at the same place of the picture when the output gets another size', () => {
    const larger = resized({ scale: 1, centre: [64, 96] }, OUTPUT, { widthPx: 512, heightPx: 512 });
    expect(larger).toEqual({ scale: 1, centre: [128, 384] });
  });

  it('moves with the pointer, and never loses the picture', () => {
    expect(moved(fitted(OUTPUT), [20, -10], SIZES).centre).toEqual([118, 69]);
    expect(moved(fitted(OUTPUT), [100_000, 100_000], SIZES).centre).toEqual([0, 0]);
  });

  it('keeps its scale within reason', () => {
    expect(zoomed(fitted(OUTPUT), 1e9, [0, 0], SIZES).scale).toBe(32);
    expect(zoomed(fitted(OUTPUT), 1e-9, [0, 0], SIZES).scale).toBe(0.05);
  });
});
