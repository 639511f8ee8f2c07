import { describe, expect, it } from 'vitest';
import { ConflictError, PermanentError, UnprocessableImageError } from '../../../../core/errors.ts';
import type { ImageLimits } from '../../../../core/image/types.ts';
import { pixelsOf } from '../../../../core/images/try-recipe.ts';
import { type Recipe, recipeSchema } from '../../../../core/recipe.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { Harness } from '../pipeline/harness.ts';

const recipe = recipeSchema.parse({ rotations: [90, 45], metadata: { keep: 'all' } });

async function complete(harness: Harness) {
  const source = await harness.upload('a.jpg');
  await harness.notify(source);
  await harness.work();
  return harness.record(source);
}

/** Imaging that fails, or notes what it is asked for. */
function noting(fail?: PermanentError) {
  const asked: { bytes: string; recipe: Recipe; timeoutMs: number }[] = [];
  const note = (bytes: Buffer, given: Recipe, { timeoutMs }: ImageLimits) => {
    asked.push({ bytes: bytes.toString(), recipe: given, timeoutMs });
    if (fail) throw fail;
  };
  const imaging: typeof simulatedImaging = {
    ...simulatedImaging,
    process: async (...args) => {
      note(...args);
      return simulatedImaging.process(...args);
    },
    draft: async (...args) => {
      note(...args);
      return simulatedImaging.draft(...args);
    },
  };
  return { asked, imaging };
}

describe('a trial', () => {
  it('makes the processed picture alone, without metadata, and stores nothing', async () => {
    const { asked, imaging } = noting();
    const harness = new Harness({ imaging });
    const record = await complete(harness);
    asked.length = 0;
    const before = await harness.ports.catalog.get(record.imageId);
    const { bytes, ...facts } = await pixelsOf(harness.ports).tryRecipe(record, { recipe, isDraft: false });
    expect(Buffer.from(bytes).toString()).toContain('processed from good upload');
    expect(facts).toMatchObject({ contentType: 'image/jpeg', widthPx: 4, heightPx: 4, isDraft: false });
    expect(asked.map((each) => each.recipe)).toEqual([
      { ...recipe, rotations: [], metadata: { keep: 'none' } },
    ]);
    expect(asked[0]?.timeoutMs).toBeLessThanOrEqual(20_000);
    expect(await harness.ports.catalog.get(record.imageId)).toEqual(before);
  });

  it('as a draft starts from the view, which it makes once and keeps', async () => {
    const { asked, imaging } = noting();
    const harness = new Harness({ imaging });
    const record = await complete(harness);
    asked.length = 0;
    const { tryRecipe } = pixelsOf(harness.ports);
    const first = await tryRecipe(record, { recipe, isDraft: true });
    expect(first).toMatchObject({ isDraft: true, quality: { detail: null } });
    const viewed = await harness.ports.catalog.get(record.imageId);
    expect(viewed?.view).toBeDefined();
    await tryRecipe(viewed ?? record, { recipe, isDraft: true });
    expect(asked.map(({ bytes }) => bytes)).toEqual(Array(2).fill(expect.stringMatching(/^view of good/)));
    expect(await harness.ports.catalog.get(record.imageId)).toEqual(viewed);
  });

  it('of an image whose source is gone is a conflict', async () => {
    const harness = new Harness();
    const record = await complete(harness);
    await harness.ports.objects.delete(record.source);
    const { tryRecipe } = pixelsOf(harness.ports);
    for (const isDraft of [true, false]) {
      await expect(tryRecipe(record, { recipe, isDraft })).rejects.toThrow(ConflictError);
    }
  });

  it('says why the recipe can’t be applied, and refuses what can’t be sent', async () => {
    const harness = new Harness();
    const record = await complete(harness);
    const { imaging } = noting(new PermanentError('IMAGE_TOO_LARGE', 'It would take 3 GB.'));
    const refusing = pixelsOf({ ...harness.ports, imaging });
    const trial = { recipe, isDraft: false };
    await expect(refusing.tryRecipe(record, trial)).rejects.toThrow(
      new UnprocessableImageError('IMAGE_TOO_LARGE', 'It would take 3 GB.'),
    );
    const large: typeof simulatedImaging.process = async (...args) => {
      const made = await simulatedImaging.process(...args);
      return { ...made, processed: { ...made.processed, bytes: Buffer.alloc(4_500_001) } };
    };
    const sending = pixelsOf({ ...harness.ports, imaging: { ...simulatedImaging, process: large } });
    await expect(sending.tryRecipe(record, trial)).rejects.toMatchObject({ code: 'PREVIEW_TOO_LARGE' });
  });
});
