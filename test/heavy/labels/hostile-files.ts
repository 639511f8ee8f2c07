import assert from 'node:assert/strict';
import { PermanentError } from '../../../core/errors.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { loadModel } from '../../../labels/model.ts';
import { inputOf } from './photo-input.ts';

/** Files of every awkward kind, and whether the pipeline can read them. */
async function hostileFiles(): Promise<[name: string, bytes: Buffer, isReadable: boolean][]> {
  const noise = (width: number, height: number, channels: 1 | 2 | 3 | 4) => {
    const data = Buffer.from(
      Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 2_654_435_761) >>> 24),
    );
    return sharp(data, { raw: { width, height, channels } });
  };
  const jpeg = await noise(300, 200, 3).jpeg().toBuffer();
  const frames = await Promise.all([0, 1].map(() => noise(40, 30, 3).png().toBuffer()));
  return [
    ['a truncated JPEG', jpeg.subarray(0, jpeg.length >> 1), false],
    ['no image', Buffer.from('not a picture'), false],
    ['an empty file', Buffer.alloc(0), false],
    ['1×1', await noise(1, 1, 3).png().toBuffer(), true],
    ['1×5000', await noise(1, 5000, 3).png().toBuffer(), true],
    ['5000×1', await noise(5000, 1, 3).png().toBuffer(), true],
    ['16 bits', await noise(64, 48, 3).toColourspace('rgb16').png().toBuffer(), true],
    ['CMYK', await noise(64, 48, 3).toColourspace('cmyk').jpeg().toBuffer(), true],
    [
      'an animation',
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
      true,
    ],
    ['grey', await noise(64, 48, 1).png().toBuffer(), true],
    ['grey with alpha', await noise(64, 48, 2).png().toBuffer(), true],
    ['colour with alpha', await noise(64, 48, 4).webp({ lossless: true }).toBuffer(), true],
  ];
}

/** Each file gets an answer, or a rejection of the pipeline. */
export async function checkHostileFiles(): Promise<void> {
  const model = await loadModel('fast');
  for (const [name, bytes, isReadable] of await hostileFiles()) {
    const outcome = await inputOf(bytes, 'fast').then(
      (input) => model.classify(input),
      (error: unknown) => error,
    );
    if (isReadable) {
      assert(!(outcome instanceof Error), `${name}: expected an answer, received ${outcome}`);
      const { predictions } = outcome as Awaited<ReturnType<typeof model.classify>>;
      assert.equal(predictions.length, 5, name);
      assert(
        predictions.every(({ confidence }) => confidence >= 0 && confidence <= 1),
        name,
      );
    } else {
      assert(outcome instanceof PermanentError, `${name}: expected a rejection, received ${outcome}`);
    }
  }
  await model.close();
}
