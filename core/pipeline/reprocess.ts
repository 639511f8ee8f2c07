import { InvalidInputError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { NamedRecipe } from '../recipe.ts';
import { dayOf } from '../trends/trends.ts';
import { expectedVariants } from './outputs.ts';
import { publishEnd } from './publish.ts';
import { hasEnded, type ImageRecord } from './record.ts';
import { sendToProcessor } from './send-tasks.ts';
import { beginNextRun } from './transitions.ts';

/**
 * Begins the next run of an image. The run that ended stays in the history.
 *
 * @param recipe the recipe that the upload asks for, by default
 * @throws InvalidInputError where there is no such image or its current run has not ended
 */
export async function reprocess(ports: Ports, imageId: string, recipe?: NamedRecipe): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (!record || record.state === 'DELETED') {
    throw new InvalidInputError(`expected the id of an image in the catalog, received ${imageId}`);
  }
  if (!hasEnded(record)) {
    throw new InvalidInputError(
      `expected an image whose run has ended; run ${record.run} is ${record.state}. Wait for its end, then ask again.`,
    );
  }
  const inputs = recipe === undefined ? {} : { recipe, expected: expectedVariants(recipe.recipe) };
  const published = await publishEnd(ports, record);
  await ports.catalog.archive(published);
  await ports.trendMarks?.touch(dayOf(published.createdAt));
  const next = await beginNextRun(ports, published, inputs);
  if (!next) return reprocess(ports, imageId, recipe);
  await sendToProcessor(ports, next);
  return next;
}
