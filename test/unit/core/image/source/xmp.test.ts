import { describe, expect, test } from 'vitest';
import { fromPixels } from '../../../../../core/image/pixels.ts';
import { processImage } from '../../../../../core/image/process.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { makeExif, withSegments } from '../../../../support/fixtures/exif-fixture.ts';
import {
  BLUE,
  distance,
  GREEN,
  jpegOf,
  LIMITS,
  pixelAt,
  quadrants,
  RED,
  recipeOf,
  YELLOW,
} from '../../../../support/fixtures/pictures.ts';

const attribute = (orientation: number) =>
  `<rdf:Description rdf:about="" tiff:Orientation="${orientation}"/>`;
const element = (orientation: number) =>
  `<rdf:Description rdf:about=""><tiff:Orientation>${orientation}</tiff:Orientation></rdf:Description>`;

function xmp(description: string): string {
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" ' +
    `xmlns:tiff="http://ns.adobe.com/tiff/1.0/">${description}</rdf:RDF></x:xmpmeta>`
  );
}

async function jpegWith(description: string, exif: Buffer[] = []): Promise<Buffer> {
  const packet = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp(description)}`, 'latin1');
  return withSegments(await jpegOf(quadrants(60, 40)), [...exif, packet]);
}

describe('an orientation that only XMP states', () => {
  test.each([
    ['an attribute', attribute],
    ['an element', element],
  ])('as %s is honoured', async (_form, describeIt) => {
    const { info, stored } = await inspect(await jpegWith(describeIt(6)), LIMITS);
    expect(info).toMatchObject({ widthPx: 40, heightPx: 60, orientation: 6 });
    expect(stored).toEqual({ widthPx: 60, heightPx: 40 });
  });

  test('rotates the picture upright', async () => {
    const recipe = recipeOf({ resize: { ratio: 1 }, output: { format: 'png' } });
    const { processed } = await processImage(await jpegWith(attribute(6)), recipe, LIMITS);
    const { data } = await sharp(processed.bytes).raw().toBuffer({ resolveWithObject: true });
    const pixels = { data, widthPx: 40, heightPx: 60 };
    expect(processed).toMatchObject({ widthPx: 40, heightPx: 60 });
    expect(distance(pixelAt(pixels, 5, 5), BLUE)).toBeLessThanOrEqual(3);
    expect(distance(pixelAt(pixels, 35, 5), RED)).toBeLessThanOrEqual(3);
    expect(distance(pixelAt(pixels, 5, 55), YELLOW)).toBeLessThanOrEqual(3);
    expect(distance(pixelAt(pixels, 35, 55), GREEN)).toBeLessThanOrEqual(3);
  });

  test('gives way to that of EXIF', async () => {
    const exif = makeExif({ image: [[0x0112, 8]] });
    expect((await inspect(await jpegWith(attribute(6), [exif]), LIMITS)).info.orientation).toBe(8);
  });

  test.each(['0', '9', '66', 'x'])('and is %s is none', async (value) => {
    const odd = `<rdf:Description tiff:Orientation="${value}"/>`;
    expect((await inspect(await jpegWith(odd), LIMITS)).info.orientation).toBe(1);
  });

  test.each(['png', 'webp'] as const)('counts in %s', async (format) => {
    const bytes = await fromPixels(quadrants(60, 40))
      .withXmp(xmp(attribute(3)))
      [format]()
      .toBuffer();
    expect((await inspect(bytes, LIMITS)).info).toMatchObject({ widthPx: 60, heightPx: 40, orientation: 3 });
  });

  test('does not count in AVIF, whose own properties rotate a picture', async () => {
    const bytes = await fromPixels(quadrants(60, 40))
      .withXmp(xmp(attribute(6)))
      .avif({ effort: 0 })
      .toBuffer();
    expect((await inspect(bytes, LIMITS)).info).toMatchObject({ widthPx: 60, heightPx: 40, orientation: 1 });
  });
});
