import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oracle } from '../../support/oracle/oracle.ts';
import { isSoftlyEdited } from '../../support/recipes/distances.ts';
import { digestOf, type KeptExpectation, type KeptPicture } from '../../support/recipes/kept-expectations.ts';
import { drawCase, fileOf, type RecipeCase } from '../../support/recipes/recipe-case.ts';
import type { Summary } from '../../support/recipes/summary.ts';

type Expectation = Omit<KeptExpectation, 'number' | 'case' | 'pictures'> & {
  isShrunk: boolean;
  pictures: Record<string, Summary>;
};

/** What Pillow makes of the case of that number, to be kept. */
export async function expectCase(
  oracle: Oracle,
  folder: string,
  seed: number,
  number: number,
): Promise<KeptExpectation> {
  const drawn = drawCase(seed, number);
  const source = join(folder, 'source');
  await writeFile(source, await fileOf(drawn));
  const { isShrunk, pictures, ...expected } = await oracle.ask<Expectation>({
    ask: 'expect',
    source,
    recipe: drawn.recipe,
  });
  const kept = Object.entries(pictures).map(([name, picture]) => [
    name,
    keep(name, picture, drawn, isShrunk),
  ]);
  // Of soft edges, scikit-image would measure the edit of other colours.
  const enhance = isSoftlyEdited(drawn) ? null : expected.enhance;
  return { number, case: digestOf(drawn), ...expected, enhance, pictures: Object.fromEntries(kept) };
}

function keep(name: string, picture: Summary, drawn: RecipeCase, isShrunk: boolean): KeptPicture {
  const { widthPx, heightPx, means, cells, sha256 } = picture;
  const { enhance, filters } = drawn.recipe;
  const isEdited = filters.length > 0 || Object.values(enhance).some((factor) => factor !== 1);
  // An edit may make any difference larger.
  if (isShrunk && isEdited) return { widthPx, heightPx };
  const isTurned = name !== 'processed' && Number(name) % 90 !== 0;
  if (isShrunk || isTurned || isSoftlyEdited(drawn)) return { widthPx, heightPx, means, cells };
  return { widthPx, heightPx, sha256 };
}
