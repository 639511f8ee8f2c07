import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from '../../../core/image/types.ts';
import type { Oracle } from '../../support/oracle/oracle.ts';
import { DISTANCES, isSoftlyEdited, measureDiffers } from '../../support/recipes/distances.ts';
import { fileOf, type RecipeCase } from '../../support/recipes/recipe-case.ts';
import { type RunCase, runCase, withoutEdits } from '../../support/recipes/run-case.ts';

interface Difference {
  mean: number;
  most: number;
}

type Credits = { artist?: string; copyright?: string };

/** What Pillow and scikit-image say of our files. */
interface Judgement {
  isShrunk: boolean;
  resized: Difference;
  edited: Difference;
  rotated: Record<string, Difference>;
  encode: Comparison;
  detail: Comparison;
  enhance: Comparison;
  /** Of the file that we were given. */
  source: Credits;
  sizes: Record<string, [number, number]>;
  credits: Record<string, Credits>;
  /** Outputs with a position or an orientation. */
  private: string[];
}

const NONE: Difference = { mean: 0, most: 0 };

/** What Darkroom makes of a case and Pillow does not: one sentence each. */
export async function judgeCase(oracle: Oracle, folder: string, drawn: RecipeCase): Promise<string[]> {
  const { recipe } = drawn;
  const file = await fileOf(drawn);
  const run = await runCase(file, recipe);
  const keep = async (name: string, bytes: Buffer) => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  const keepAll = async (kind: string, files: Record<string, Buffer>) => {
    const paths = Object.entries(files).map(
      async ([name, bytes]) => [name, await keep(`${kind}-${name}`, bytes)] as const,
    );
    return Object.fromEntries(await Promise.all(paths));
  };
  const outputs = Object.fromEntries(Object.entries(run.outputs).map(([name, { bytes }]) => [name, bytes]));
  const judgement = await oracle.ask<Judgement>({
    ask: 'judge',
    source: await keep('source', file),
    recipe,
    unedited: await keep('unedited', await withoutEdits(file, recipe)),
    pictures: await keepAll('picture', run.pictures),
    outputs: await keepAll('output', outputs),
  });
  return [...pixelFaults(drawn, judgement), ...otherFaults(drawn, run, judgement)];
}

function pixelFaults(drawn: RecipeCase, { isShrunk, resized, edited, rotated }: Judgement): string[] {
  const check = (what: string, found: Difference, allowed: Difference) =>
    found.mean <= allowed.mean && found.most <= allowed.most
      ? []
      : [`${what}: ${JSON.stringify(found)} levels`];
  return [
    ...check('resized', resized, isShrunk ? DISTANCES.shrunk : NONE),
    ...check('edited', edited, isSoftlyEdited(drawn) ? DISTANCES.softlyEdited : NONE),
    ...Object.entries(rotated).flatMap(([degrees, found]) =>
      check(`rotated by ${degrees}`, found, Number(degrees) % 90 === 0 ? NONE : DISTANCES.rotated),
    ),
  ];
}

function otherFaults({ recipe }: RecipeCase, { image, outputs }: RunCase, judgement: Judgement): string[] {
  const { quality } = image;
  const measures = (['encode', 'detail', 'enhance'] as const).flatMap(
    (name) => measureDiffers(name, quality[name], judgement[name], recipe) ?? [],
  );
  const isKept = recipe.metadata.keep !== 'none' && recipe.output.format !== 'gif';
  const wanted: Credits = isKept ? judgement.source : {};
  const outputFaults = Object.entries(outputs).flatMap(([name, { widthPx, heightPx }]) => {
    const [width, height] = judgement.sizes[name] ?? [0, 0];
    const isSized = width === widthPx && height === heightPx;
    const { artist, copyright } = judgement.credits[name] ?? {};
    const isCredited = artist === wanted.artist && copyright === wanted.copyright;
    return [
      ...(isSized ? [] : [`${name}: ${width}×${height} px, and we say ${widthPx}×${heightPx}`]),
      ...(isCredited ? [] : [`${name}: credits ${JSON.stringify(judgement.credits[name])}`]),
    ];
  });
  const leaks = judgement.private.map((name) => `${name}: holds a position or an orientation`);
  return [...measures, ...outputFaults, ...leaks];
}
