import { PermanentError } from '../../../core/errors.ts';
import { sharpImaging } from '../../../core/image/imaging.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import type { EncodedImage, ImageLimits } from '../../../core/image/types.ts';
import type { Recipe } from '../../../core/recipe.ts';

/** How the work on one image ended: as the pipeline may see it end, or as it never may. */
export type Outcome =
  | { state: 'COMPLETE' }
  | { state: 'REJECTED'; code: string; sentence: string }
  | { state: 'BROKEN'; what: string };

/**
 * Does the whole work on one image as the processor and one rotation worker do it, and checks what came of it: an
 * output that decodes to the size it states, or a refusal that tells a person why.
 */
export async function tryImage(bytes: Buffer, recipe: Recipe, limits: ImageLimits): Promise<Outcome> {
  try {
    const { processed, work, facts, quality, exif, search } = await sharpImaging.process(
      bytes,
      recipe,
      limits,
    );
    await expectDecodes(processed);
    if (work !== null) await expectDecodes(await sharpImaging.rotate(work, 90, recipe, search?.chosen));
    const { ssim } = quality.encode;
    expect(ssim === null || (ssim >= -1 && ssim <= 1), `an SSIM of ${ssim}`);
    expect(Math.min(facts.widthPx, facts.heightPx, facts.pages) >= 1, `facts of ${JSON.stringify(facts)}`);
    expect(JSON.stringify({ exif, facts }).length < MAX_DETAILS_LENGTH, 'facts and EXIF too long to keep');
    return { state: 'COMPLETE' };
  } catch (error) {
    return refusalOf(error);
  }
}

/** EXIF may be long, an object of its own holds it; it may not be without bound. */
const MAX_DETAILS_LENGTH = 512 * 1024;
const MAX_SENTENCE_LENGTH = 500;

async function expectDecodes({ bytes, widthPx, heightPx }: EncodedImage): Promise<void> {
  const { info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: false }).raw().toBuffer({
    resolveWithObject: true,
  });
  expect(
    info.width === widthPx && info.height === heightPx,
    `an output of ${info.width} × ${info.height} pixels that says ${widthPx} × ${heightPx}`,
  );
}

function refusalOf(error: unknown): Outcome {
  if (!(error instanceof PermanentError)) return { state: 'BROKEN', what: describe(error) };
  const { code, message: sentence } = error;
  // A stack, or bytes of the file that a terminal would act on.
  const isPlain = !/\p{Cc}/u.test(sentence) && sentence.length <= MAX_SENTENCE_LENGTH;
  if (!isPlain) return { state: 'BROKEN', what: `the sentence is not plain: ${JSON.stringify(sentence)}` };
  return { state: 'REJECTED', code, sentence };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`expected otherwise: ${otherwise}`);
}
