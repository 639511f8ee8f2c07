import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutRows } from '../../../../web/gallery/rows.ts';

const SPACE = { widthPx: 1000, heightPx: 200, gapPx: 4 };

describe('rows of the gallery', () => {
  it('hold each image once, in order, and fill the width but for the last', () => {
    const aspects = fc.array(fc.double({ min: 0.02, max: 30, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(aspects, fc.integer({ min: 320, max: 2560 }), (list, widthPx) => {
        const rows = layoutRows(list, { ...SPACE, widthPx });
        expect(rows.flatMap(({ start, end }) => list.slice(start, end))).toEqual(list);
        for (const [index, { start, end, heightPx, widthsPx }] of rows.entries()) {
          const used = widthsPx.reduce((sum, width) => sum + width, 0) + SPACE.gapPx * (end - start - 1);
          if (index < rows.length - 1) expect(used).toBeCloseTo(widthPx, 6);
          else expect(used).toBeLessThanOrEqual(widthPx + 1e-6);
          expect(heightPx).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('are close to the height that was asked for', () => {
    const photos = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 2 / 3 : 3 / 2));
    for (const { heightPx } of layoutRows(photos, SPACE)) {
      expect(heightPx).toBeGreaterThan(150);
      expect(heightPx).toBeLessThan(260);
    }
  });

  it('keep the shape of every picture that is no strip', () => {
    const [row] = layoutRows([1.5, 0.75, 1, 2], SPACE);
    const shapes = row?.widthsPx.map((width) => Number((width / row.heightPx).toFixed(6)));
    expect(shapes).toEqual([1.5, 0.75, 1, 2]);
  });

  it('do not stretch the last', () => {
    expect(layoutRows([1], SPACE)).toEqual([{ start: 0, end: 1, heightPx: 200, widthsPx: [200] }]);
  });

  it('are none without images', () => {
    expect(layoutRows([], SPACE)).toEqual([]);
  });
});
