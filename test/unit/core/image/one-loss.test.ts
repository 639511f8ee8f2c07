import { expect, test } from 'vitest';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { comparePixels } from '../../../../core/image/measure/compare.ts';
import { rotationPart } from '../../../../core/image/parts.ts';
import { toPixels } from '../../../../core/image/pixels.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import { intermediateOf, LIMITS, recipeOf, sample } from '../../../support/fixtures/pictures.ts';

// Cropped, so that there is no padding to leave out of the measure.
const recipe = recipeOf({
  resize: { widthPx: 256, heightPx: 256, fit: 'cover' },
  enhance: { contrast: 1.05, color: 1.1, sharpness: 1.2 },
});

test.each(['astronaut-sideways.jpg', 'chelsea.jpg', 'coffee.jpg', 'hubble.jpg', 'rocket.jpg'])(
  'rotations of %s lose no more than the processed picture: SSIM within 0.001',
  async (name) => {
    const image = await sharpImaging.process(sample(name), recipe, LIMITS);
    const intermediate = intermediateOf(image);
    for (const degrees of [90, 180, 270]) {
      const rotated = await sharpImaging.render(intermediate, rotationPart(degrees), recipe, LIMITS);
      const lossless = await toPixels(sharp(intermediate).rotate(degrees));
      const { ssim } = await comparePixels(lossless, await toPixels(sharp(rotated.bytes)));
      expect(Math.abs((ssim ?? 0) - (image.quality.encode.ssim ?? 0))).toBeLessThan(0.001);
    }
  },
);
