import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { DEFAULT_RECIPE_NAME, type NamedRecipe, type RecipeBook } from '../../core/recipe.ts';
import { loadConfig } from '../../local/config.ts';
import { count } from '../../local/console/figures.ts';
import { type Progress, progressOn } from '../../local/console/progress.ts';
import { resultsTable, TABLE_NOTE } from '../../local/console/results-table.ts';
import { EndedRuns } from '../../local/ended-runs.ts';
import { writeContactSheet } from '../../local/report/contact-sheet.ts';
import type { ImageResult, ResultEntry } from '../../local/results.ts';
import { openRuntime } from '../../local/runtime.ts';
import { commonFolder, findInputs } from '../inputs.ts';
import { processInputs } from '../process-inputs.ts';
import { type Command, nearest, parseOptions, UsageError } from '../usage.ts';

export const processCommand: Command = {
  name: 'process',
  summary: 'Run images through the whole pipeline',
  help: `Usage: darkroom process <file|folder>... [options]

Checks, resizes, enhances, rotates and measures images, and writes the results to a folder. Of a folder it takes every
file below it, but for hidden and temporary ones. Progress goes to standard error, the results to standard output.

Options:
  --recipe NAME  What is done to the images (default: ${DEFAULT_RECIPE_NAME}; see: darkroom recipes)
  --out DIR      Where the results go (default: darkroom-out)
  --json         Print one JSON object a line for each input, in order, instead of a table
  --report FILE  Write a contact sheet: one HTML page with originals, results and measures
  --config FILE  Read this config file (default: darkroom.config.json, where there is one)

Run again after an interruption, it goes on where it was: what is done already is not done twice. Another recipe, or
outputs that are gone, make a new run, whose files carry _r2, _r3, … in their names.

Exit status: 0 when all are COMPLETE, 3 when some were REJECTED, 1 when any FAILED, 2 for wrong usage.`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      recipe: { type: 'string', default: DEFAULT_RECIPE_NAME },
      out: { type: 'string', default: 'darkroom-out' },
      json: { type: 'boolean', default: false },
      report: { type: 'string' },
      config: { type: 'string' },
    });
    if (positionals.length === 0) throw new UsageError('process: expected files or folders, received none');
    const config = loadConfig({ path: values.config });
    const recipe = chooseRecipe(config.recipes, values.recipe);
    const out = resolve(values.out);
    const progress = progressOn(process.stderr);
    const inputs = await findInputs(positionals, out, (sentence) => progress.print(sentence));
    const root = commonFolder(inputs);
    const bucket = 'inbox';
    const ended = new EndedRuns();
    const runtime = openRuntime({
      ...config,
      stateDir: stateFolder(out, root),
      inbox: { bucket, directory: root },
      outputs: { bucket: 'outputs', directory: out },
      recipeName: recipe.name,
      retry: { firstMs: 500, longestMs: 20_000 },
      onEnded: (event) => ended.onEnded(event),
      onTrouble: ({ sentence }) => progress.print(sentence),
    });
    const interrupted = untilInterrupted(progress);
    runtime.start();
    try {
      const entries = await Promise.race([
        collect(processInputs({ runtime, ended, root, bucket, recipe }, inputs), {
          total: inputs.length,
          progress,
          json: values.json,
        }),
        interrupted.promise,
      ]);
      if (entries === undefined) return INTERRUPTED;
      if (!values.json) printTable(entries.map(({ result }) => result));
      if (values.report !== undefined)
        await report(resolve(values.report), entries, config.limits.maxPixels, progress);
      return exitStatus(entries.map(({ result }) => result));
    } finally {
      progress.clear();
      interrupted.release();
      await runtime.stop();
    }
  },
};

/** As shells have it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

function chooseRecipe(recipes: RecipeBook, name: string): NamedRecipe {
  const recipe = recipes.get(name);
  if (recipe) return { name, recipe };
  const known = [...recipes.keys()];
  const near = nearest(name, known);
  const hint = near ? `Did you mean ${near}?` : `Use one of: ${known.join(', ')}.`;
  throw new UsageError(`process --recipe: there is no recipe ${JSON.stringify(name)}. ${hint}`);
}

/** One for each source folder, so that keys mean the same in every command that uses it. */
function stateFolder(out: string, root: string): string {
  return join(out, '.darkroom', createHash('sha256').update(root).digest('hex').slice(0, 16));
}

async function collect(
  results: AsyncIterable<ResultEntry>,
  { total, progress, json }: { total: number; progress: Progress; json: boolean },
): Promise<ResultEntry[]> {
  const entries: ResultEntry[] = [];
  progress.show(`0 of ${count(total, 'image')}`);
  for await (const entry of results) {
    entries.push(entry);
    if (json) console.log(JSON.stringify(entry.result));
    progress.show(`${entries.length} of ${count(total, 'image')}`);
  }
  progress.clear();
  return entries;
}

function printTable(results: readonly ImageResult[]): void {
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const line of resultsTable(results, width)) console.log(line);
  if (results.some(({ status }) => status === 'COMPLETE')) console.log(`\n${TABLE_NOTE}`);
}

async function report(
  path: string,
  entries: readonly ResultEntry[],
  maxPixels: number,
  progress: Progress,
): Promise<void> {
  progress.show('writing the contact sheet');
  await writeContactSheet(path, { entries, madeAt: new Date(), maxPixels });
  progress.clear();
  console.error(`contact sheet: ${path}`);
}

function exitStatus(results: readonly ImageResult[]): number {
  if (results.some(({ status }) => status === 'FAILED')) return 1;
  return results.some(({ status }) => status === 'REJECTED') ? 3 : 0;
}

/** Ctrl-C ends the command in order: what is in hand is finished first. A second one ends it at once. */
function untilInterrupted(progress: Progress): { promise: Promise<undefined>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = () => {
    progress.print('Stopping; what is in hand is finished first. The same command goes on from here.');
    process.once('SIGINT', () => process.exit(INTERRUPTED));
    resolve(undefined);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    promise,
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
