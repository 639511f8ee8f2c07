import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { PermanentError } from '../../../../../core/errors.ts';
import { imagingWith, sharpImaging } from '../../../../../core/image/imaging.ts';
import { toPixels } from '../../../../../core/image/pixels.ts';
import { planWork } from '../../../../../core/image/plan-work.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import {
  HEIC_PROCESS_BYTES,
  type HeicDecoder,
  type HeicRequest,
} from '../../../../../core/image/source/heic-decoder.ts';
import { heicStart } from '../../../../support/fixtures/broken.ts';
import { LIMITS, recipeOf } from '../../../../support/fixtures/pictures.ts';

// `npm run test:heic` decodes real photos with the real package.
const RECIPE = recipeOf({ resize: { ratio: 1 }, output: { format: 'png' }, rotations: [] });
const [WIDTH, HEIGHT] = [16, 12];

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../../../support/fixtures/heic/${name}.heic`, import.meta.url));
}

/** Stands in for the package: every pixel has these samples. */
function decoderOf(...pixel: number[]): { decode: HeicDecoder; requests: HeicRequest[] } {
  const requests: HeicRequest[] = [];
  return {
    requests,
    async decode(request) {
      requests.push(request);
      const all = Array.from({ length: WIDTH * HEIGHT }, () => pixel).flat();
      return {
        samples: request.isWide ? Uint16Array.from(all) : Uint8Array.from(all),
        channels: pixel.length,
      };
    },
  };
}

async function processedBy(decodeHeic: HeicDecoder, name: string) {
  const result = await imagingWith({ decodeHeic }).process(fixture(name), RECIPE, LIMITS);
  return { result, pixels: await toPixels(sharp(result.processed.bytes)) };
}

test.each([heicStart(), fixture('plain')])(
  'without the package, a rejection says how to add it',
  async (bytes) => {
    await expect(sharpImaging.process(bytes, RECIPE, LIMITS)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(
        /libheif-js.*`npm i --no-save libheif-js` on a laptop.*setting `heic` on AWS/,
      ),
    });
  },
);

it('takes the samples of the decoder, and asks for what the header states', async () => {
  const decoder = decoderOf(200, 100, 50);
  const { result, pixels } = await processedBy(decoder.decode, 'plain');
  expect(result.imageInfo).toMatchObject({
    format: 'heic',
    widthPx: WIDTH,
    heightPx: HEIGHT,
    hasAlpha: false,
  });
  expect([...pixels.data.subarray(0, 6)]).toEqual([200, 100, 50, 200, 100, 50]);
  expect(decoder.requests).toMatchObject([
    { widthPx: WIDTH, heightPx: HEIGHT, hasAlpha: false, isWide: false },
  ]);
  expect(decoder.requests[0]?.timeoutMs).toBeLessThanOrEqual(LIMITS.timeoutMs);
});

it('lays opacity over the background', async () => {
  const { pixels } = await processedBy(decoderOf(0, 0, 0, 51).decode, 'alpha');
  expect([...pixels.data.subarray(0, 3)]).toEqual([204, 204, 204]);
});

it('takes samples of 16 bits of a picture of 10', async () => {
  const decoder = decoderOf(65_535, 32_896, 0);
  const { pixels } = await processedBy(decoder.decode, 'ten-bits');
  expect(decoder.requests).toMatchObject([{ isWide: true }]);
  expect([...pixels.data.subarray(0, 3)]).toEqual([255, 128, 0]);
});

it('tone-maps samples in HLG', async () => {
  const bytes = fixture('ten-bits');
  const coded = bytes.indexOf('nclx') + 4;
  for (const [index, code] of [9, 18].entries()) bytes.writeUInt16BE(code, coded + 2 * index);
  const { decode } = decoderOf(49_151, 49_151, 49_151);
  const { processed, warnings } = await imagingWith({ decodeHeic: decode }).process(bytes, RECIPE, LIMITS);
  // Graphics white is 75 % of HLG, 203 cd/m². BT.2390 makes 159 of them, by the formulas as in tone-mapped.json.
  expect((await toPixels(sharp(processed.bytes))).data[0]).toBe(229);
  expect(warnings).toEqual([expect.stringContaining('an HDR picture in HLG')]);
});

it('passes on why the decoder refuses a file', async () => {
  const refusal = new PermanentError('CORRUPT_IMAGE', 'Expected a whole photo.');
  await expect(processedBy(() => Promise.reject(refusal), 'plain')).rejects.toBe(refusal);
});

it('counts the memory of the other process', async () => {
  const { decode } = decoderOf(0, 0, 0);
  const { memoryBytes } = await planWork(fixture('plain'), RECIPE, LIMITS, { decodeHeic: decode });
  expect(memoryBytes).toBeGreaterThan(HEIC_PROCESS_BYTES);
  const limits = { ...LIMITS, maxMemoryBytes: HEIC_PROCESS_BYTES };
  await expect(planWork(fixture('plain'), RECIPE, limits, { decodeHeic: decode })).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
  });
});

test('a sequence is no photo', async () => {
  const bytes = fixture('plain');
  bytes.write('hevc', 8, 'latin1');
  await expect(processedBy(decoderOf(0, 0, 0).decode, 'plain')).resolves.toBeDefined();
  await expect(
    imagingWith({ decodeHeic: decoderOf(0).decode }).process(bytes, RECIPE, LIMITS),
  ).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: expect.stringContaining('a HEIC sequence'),
  });
});
