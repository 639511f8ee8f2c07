import { PermanentError } from '../../../core/errors.ts';
import { sharpImaging } from '../../../core/image/imaging.ts';
import { rotationPart } from '../../../core/image/parts.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import type { EncodedImage, ImageInfo, ImageLimits } from '../../../core/image/types.ts';
import type { Recipe } from '../../../core/recipe.ts';

/** How the work on one image ended: as the pipeline may see it end, with the processed picture, or as it never may. */
export type Outcome =
  | { state: 'COMPLETE'; picture: Uint8Array; info: ImageInfo }
  | { state: 'REJECTED'; code: string; message: string }
  | { state: 'BROKEN'; what: string };

/**
 * Does the whole work on one image as the processor and the parts worker do it, and checks what came of it: an
 * output that decodes to the size it states, or a refusal that says why.
 */
export async function tryImage(bytes: Buffer, recipe: Recipe, limits: ImageLimits): Promise<Outcome> {
  try {
    const { processed, intermediate, imageInfo, warnings, quality, exif, search } =
      await sharpImaging.process(bytes, recipe, limits);
    await expectDecodes(processed);
    if (intermediate !== null)
      await expectDecodes(
        await sharpImaging.render(intermediate, rotationPart(90), recipe, limits, search?.chosen),
      );
    const { ssim } = quality.encode;
    expect(ssim === null || (ssim >= -1 && ssim <= 1), `an SSIM of ${ssim}`);
    expect(
      Math.min(imageInfo.widthPx, imageInfo.heightPx, imageInfo.pages) >= 1,
      `facts of ${JSON.stringify(imageInfo)}`,
    );
    expect(
      JSON.stringify({ exif, imageInfo }).length < MAX_DETAILS_LENGTH,
      'facts and EXIF too long to keep',
    );
    for (const warning of warnings) {
      expect(isPlain(warning), `the warning is not plain: ${JSON.stringify(warning)}`);
    }
    return { state: 'COMPLETE', picture: processed.bytes, info: imageInfo };
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
  const { code, message } = error;
  if (!isPlain(message))
    return { state: 'BROKEN', what: `the message is not plain: ${JSON.stringify(message)}` };
  return { state: 'REJECTED', code, message };
}

/** Without a stack, or bytes of the file that a terminal would act on. */
function isPlain(message: string): boolean {
  return !/\p{Cc}/u.test(message) && message.length <= MAX_SENTENCE_LENGTH;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`expected otherwise: ${otherwise}`);
}
