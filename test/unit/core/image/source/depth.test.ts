import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { decode } from '../../../../support/fixtures/pictures.ts';
import { makePng } from '../../../../support/fixtures/png-fixture.ts';

const SIDE_PX = 256;
const MOST = 65_535;

/** Every value of 16 bits once in a channel, in another order in each. */
const sampleAt = (x: number, y: number, channel: number) => (SIDE_PX * y + x + 21_845 * channel) % (MOST + 1);

/** @see https://www.w3.org/TR/png-3/#13Sample-depth-rescaling */
const nearest = (value: number, largest: number) => Math.floor((255 * value) / largest + 0.5);

/** The samples of a picture with three channels, as a decoder should give them. */
function expected(valueAt: typeof sampleAt, largest: number, sidePx = SIDE_PX): Buffer {
  const samples = Array.from({ length: 3 * sidePx ** 2 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return nearest(valueAt(pixel % sidePx, Math.floor(pixel / sidePx), index % 3), largest);
  });
  return Buffer.from(samples);
}

function png(colourType: number, at = sampleAt): Buffer {
  return makePng({ widthPx: SIDE_PX, heightPx: SIDE_PX, bits: 16, colourType, sampleAt: at });
}

const greyAt = (x: number, y: number) => sampleAt(x, y, 0);

test.each([
  ['grey', png(0), greyAt],
  ['RGB', png(2), sampleAt],
  ['grey with alpha', png(4, (x, y, channel) => (channel === 1 ? MOST : greyAt(x, y))), greyAt],
  ['RGB with alpha', png(6, (x, y, channel) => (channel === 3 ? MOST : sampleAt(x, y, channel))), sampleAt],
  ['RGB as TIFF', await tiff(), sampleAt],
] as const)('16-bit %s becomes the nearest of 8 bits', async (_, bytes, valueAt) => {
  const { data } = await decode(bytes);
  expect(Buffer.compare(Buffer.from(data), expected(valueAt, MOST))).toBe(0);
});

test('opacity of 16 bits becomes the nearest of 8 bits', async () => {
  const { alpha } = await decode(png(6, (x, y) => greyAt(x, y)));
  const values = Array.from({ length: MOST + 1 }, (_, value) => nearest(value, MOST));
  expect(Buffer.compare(Buffer.from(alpha ?? []), Buffer.from(values))).toBe(0);
});

// libvips hands these out as the upper bits of 16, where white is 65,472 and 65,520.
test.each([
  ['bits10.avif', 10],
  ['bits12.avif', 12],
])('%s becomes the nearest of 8 bits', async (file, bits) => {
  const { data } = await decode(
    readFileSync(new URL(`../../../../support/fixtures/foreign/${file}`, import.meta.url)),
  );
  const sidePx = 2 ** (bits / 2);
  const ramp = expected((x, y) => sidePx * y + x, 2 ** bits - 1, sidePx);
  expect(Buffer.compare(Buffer.from(data), ramp)).toBe(0);
});

function tiff(): Promise<Buffer> {
  const data = Uint16Array.from({ length: 3 * SIDE_PX ** 2 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return sampleAt(pixel % SIDE_PX, Math.floor(pixel / SIDE_PX), index % 3);
  });
  const raw = { width: SIDE_PX, height: SIDE_PX, channels: 3 } as const;
  return sharp(data, { raw }).toColourspace('rgb16').tiff({ compression: 'deflate' }).toBuffer();
}
