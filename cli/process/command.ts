import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_RECIPE_NAME, type NamedRecipe, type RecipeBook } from '../../core/recipe.ts';
import { loadConfig } from '../../local/config.ts';
import { ProblemReporter } from '../../local/problem-reporter.ts';
import { openRuntime } from '../../local/worker/runtime.ts';
import { count } from '../console/figures.ts';
import { type Progress, progressOn } from '../console/progress.ts';
import { resultsTable, TABLE_NOTE } from '../console/results-table.ts';
import { writeContactSheet } from '../report/contact-sheet.ts';
import { exitStatusOf, jsonLine, type Result, type ResultEntry } from '../result.ts';
import { type Command, nearest, parseOptions, UsageError } from '../usage.ts';
import { findInputs } from './inputs.ts';
import { onInterruption } from './interruption.ts';
import { processInputs } from './process-inputs.ts';

export const processCommand: Command = {
  help: `Usage: darkroom process <file|folder>... [options]

Checks, resizes, enhances, rotates and measures images, and writes the results to a folder. For a folder it processes
every file in it and below it, except hidden and temporary files. It prints progress to standard error and the results
to standard output.

Options:
  --recipe NAME  The recipe for the images (default: ${DEFAULT_RECIPE_NAME}; see: darkroom recipes)
  --out DIR      The folder for the results (default: darkroom-out)
  --json         Print one JSON object per line for each input, in order, instead of a table: input, status, code, and
                 the fields of the event image.completed, with a path for each output
  --report FILE  Write a contact sheet: one HTML page with originals, results and measures
  --config FILE  Read this config file (default: darkroom.config.json, if it exists)

After an interruption, run the same command again: it continues where it stopped. For another recipe, or if outputs are
gone, it makes a new run, whose files have _r2, _r3, … in their names.

Exit status: 0 if all are COMPLETE, 3 if some were REJECTED, 1 if any FAILED, 2 for wrong usage.`,

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
    const sheet = values.report === undefined ? undefined : resolve(values.report);
    const progress = progressOn(process.stderr);
    const except = sheet === undefined ? [out] : [out, sheet];
    const { root, inputs } = await findInputs(positionals, except);
    if (inputs.length === 0) progress.print(`There are no files in ${positionals.join(', ')}.`);
    await prepareFolders(out, sheet);
    const problems = new ProblemReporter((message) => progress.print(message));
    const runtime = openRuntime({
      ...config,
      stateDir: stateFolder(out, root),
      inbox: { bucket: 'inbox', directory: root },
      outputs: { bucket: 'outputs', directory: out },
      recipeName: recipe.name,
      retry: { firstMs: 500, longestMs: 20_000 },
      onError: (problem) => problems.report(problem),
    });
    const interruption = onInterruption(() => {
      progress.print(
        'Stopping. Images in progress are finished first. The same command continues from here.',
      );
    });
    const job = { runtime, root, recipe, signal: interruption.signal };
    const work = async () => {
      const shown = { total: inputs.length, progress, json: values.json };
      const entries = await collect(processInputs(job, inputs), shown);
      if (interruption.signal.aborted) return interruption.status;
      if (!values.json) printTable(entries.map(({ result }) => result));
      if (sheet !== undefined) await report(sheet, entries, config.limits.maxPixels, progress);
      return exitStatusOf(entries.map(({ result }) => result));
    };
    await runtime.start();
    try {
      return await Promise.race([work(), interruption.status]);
    } finally {
      progress.clear();
      interruption.release();
      await runtime.stop();
    }
  },
};

function chooseRecipe(recipes: RecipeBook, name: string): NamedRecipe {
  const recipe = recipes.get(name);
  if (recipe) return { name, recipe };
  const known = [...recipes.keys()];
  const near = nearest(name, known);
  const hint = near ? `Did you mean ${near}?` : `Use one of: ${known.join(', ')}.`;
  throw new UsageError(`process --recipe: there is no recipe ${JSON.stringify(name)}. ${hint}`);
}

/** Makes the folders that the command writes to, so that a mistake shows before the work begins. */
async function prepareFolders(out: string, sheet: string | undefined): Promise<void> {
  await makeFolder(out, `process --out: expected a folder that can be written, received ${out}`);
  if (sheet === undefined) return;
  const expectation = `process --report: expected a file that can be written, received ${sheet}`;
  await makeFolder(dirname(sheet), expectation);
  const isFolder = await stat(sheet)
    .then((stats) => stats.isDirectory())
    .catch(() => false);
  if (isFolder) throw new UsageError(expectation);
}

async function makeFolder(path: string, expectation: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new UsageError(expectation, { cause: error });
  }
}

/** One for each source folder, so that a key means the same file in every command. */
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
    if (json) console.log(jsonLine(entry.result));
    progress.show(`${entries.length} of ${count(total, 'image')}`);
  }
  progress.clear();
  return entries;
}

function printTable(results: readonly Result[]): void {
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const line of resultsTable(results, width)) console.log(line);
  if (results.some(({ state }) => state === 'COMPLETE')) console.log(`\n${TABLE_NOTE}`);
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
  progress.print(`Contact sheet: ${pathToFileURL(path).href}`);
}
