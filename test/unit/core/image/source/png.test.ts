import { describe, expect, test } from 'vitest';
import { decodeStored } from '../../../../../core/image/source/decode.ts';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { jobOf, LIMITS, pixelAt } from '../../../../support/fixtures/pictures.ts';
import { joinPng, makePng } from '../../../../support/fixtures/png-fixture.ts';

const RGB = makePng({ widthPx: 12, heightPx: 8, sampleAt: (x, y, channel) => 20 * x + 2 * y + channel });

describe('a PNG whose first chunk is not its header', () => {
  test('is named where it is the form of an iOS app', async () => {
    const ios = Buffer.concat([
      RGB.subarray(0, 8),
      joinPng([{ type: 'CgBI', data: Buffer.alloc(4) }]).subarray(8),
      RGB.subarray(8),
    ]);
    await expect(inspect(ios, LIMITS)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining(
        "received a PNG in the form that Apple's Xcode gives to the pictures of an iOS app (CgBI)",
      ),
    });
  });

  test('is damaged where it is any other', async () => {
    const text = { type: 'tEXt', data: Buffer.from('Comment\0first') };
    const odd = Buffer.concat([RGB.subarray(0, 8), joinPng([text]).subarray(8), RGB.subarray(8)]);
    await expect(inspect(odd, LIMITS)).rejects.toMatchObject({
      code: 'CORRUPT_IMAGE',
      message: expect.stringContaining('its first chunk is not the header (IHDR)'),
    });
  });
});

describe('chunks out of place', () => {
  const palette = { type: 'PLTE', data: Buffer.from([10, 20, 30, 200, 100, 50]) };
  const transparency = { type: 'tRNS', data: Buffer.from([0, 255]) };
  /** Linear light: 200, 100, 50 are 229, 168, 122 in sRGB. */
  const gamma = { type: 'gAMA', data: Buffer.from([0, 1, 0x86, 0xa0]) };

  /** A picture of two columns, one of each colour; the palette is among the chunks. */
  function paletted(chunks: readonly { type: string; data: Buffer }[]): Buffer {
    const [, , ...pixels] = splitPng(makePng({ widthPx: 2, heightPx: 2, colourType: 3, sampleAt: (x) => x }));
    const [header] = splitPng(makePng({ widthPx: 2, heightPx: 2, colourType: 3, sampleAt: (x) => x }));
    if (header === undefined) throw new Error('expected a header');
    return joinPng([header, ...chunks, ...pixels]);
  }

  test.each([
    ['in order', [gamma, palette, transparency], []],
    ['transparency before the palette', [gamma, transparency, palette], ['tRNS']],
    ['colours behind the palette', [palette, transparency, gamma], ['gAMA']],
    ['both', [transparency, palette, gamma], ['tRNS', 'gAMA']],
  ] as const)('count all the same: %s', async (_what, chunks, misplaced) => {
    const { warnings, ...pixels } = await decodeStored(await jobOf(paletted(chunks), '#000000'));
    expect(pixelAt(pixels, 0, 0)).toEqual([0, 0, 0]);
    expect(pixelAt(pixels, 1, 0)).toEqual([229, 168, 122]);
    expect(warnings).toEqual(misplaced.map((type) => `Of the PNG file, the chunk ${type} is out of place.`));
  });
});

function splitPng(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}
