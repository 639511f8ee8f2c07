import { InvalidInputError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { findRecipe } from '../recipe.ts';
import { resumeBody } from './messages/tasks.ts';
import { expectedVariants } from './outputs.ts';
import { publishEnd } from './publish.ts';
import { hasEnded, type ImageRecord } from './record.ts';
import { beginNextRun } from './transitions.ts';

/**
 * Begins the next run of an image; the run that ended stays in its history.
 *
 * @param recipeName by default the recipe that the upload asks for
 * @throws InvalidInputError where there is no such image or its current run has not ended; PermanentError
 *   `UNKNOWN_RECIPE`
 */
export async function reprocess(ports: Ports, imageId: string, recipeName?: string): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (!record || record.state === 'DELETED') {
    throw new InvalidInputError(`expected the id of an image in the catalog, received ${imageId}`);
  }
  if (!hasEnded(record)) {
    throw new InvalidInputError(
      `expected an image whose run has ended; run ${record.run} is ${record.state}. Wait for its end, then ask again.`,
    );
  }
  const told = await publishEnd(ports, record);
  await ports.catalog.archive(told);
  const next = await beginNextRun(ports, told, recipeName === undefined ? {} : inputsFor(ports, recipeName));
  if (!next) return reprocess(ports, imageId, recipeName);
  await ports.queue.send('ingest', [resumeBody({ imageId, run: next.run, attempt: next.attempt })]);
  return next;
}

function inputsFor(ports: Ports, recipeName: string) {
  const recipe = findRecipe(ports.settings.recipes, recipeName);
  return { recipe, expected: expectedVariants(recipe.recipe) };
}
