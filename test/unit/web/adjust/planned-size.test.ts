import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planResize } from '../../../../core/image/geometry.ts';
import { plannedSize } from '../../../../web/adjust/planned-size.ts';

const px = fc.integer({ min: 1, max: 16_384 });
const size = fc.record({ widthPx: px, heightPx: px });
const background = fc.constant('#ffffff');
const fit = fc.constantFrom('contain' as const, 'cover' as const, 'inside' as const);
const resize = fc.oneof(
  fc.record({ widthPx: px, heightPx: px, fit, background }),
  fc.record({ ratio: fc.double({ min: 0.05, max: 1, noNaN: true }), background }),
);

it('plans the size that the pipeline makes', () => {
  fc.assert(
    fc.property(size, resize, (source, asked) => {
      expect(plannedSize(source, asked)).toEqual(planResize(source, asked).canvas);
    }),
  );
});
