import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspect } from '../../../../../core/image/source/inspect.ts';
import { LIMITS } from '../../../../support/fixtures/pictures.ts';

test('a sequence says that it is one', async () => {
  const url = new URL('../../../../support/fixtures/foreign/sequence.avif', import.meta.url);
  const error = await inspect(readFileSync(url), LIMITS).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message:
      'Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF image, received an AVIF sequence, which is an animation or a video. ' +
      'Export it as an animated WebP or GIF, or its first picture as AVIF, and upload that.',
  });
});
