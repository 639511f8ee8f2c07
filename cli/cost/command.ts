import { DEFAULT_RECIPE_NAME, type Recipe, recipeBook } from '../../core/recipe.ts';
import { type Command, nearest, parseOptions, UsageError, wholeNumber } from '../usage.ts';
import { billFor, billLines } from './bill.ts';
import { MEASURED_RECIPES, type RecipeMeasures } from './measured.ts';
import { DEFAULTS } from './per-deployment.ts';
import { REGION } from './prices.ts';

const DEFAULT_MB = 3;

export const costCommand: Command = {
  help: `Usage: darkroom cost --images N [options]

Calculates what a deployment on AWS costs per month (${REGION}): what one image uses of each service, times the published
price. The command asks AWS for nothing. docs/cost.md explains the calculation: what is measured, and what is assumed.

Options:
  --images N        Uploads per month
  --avg-mb N        Megabytes of an average upload, a JPEG photo (default: ${DEFAULT_MB})
  --recipe NAME     A built-in recipe (default: ${DEFAULT_RECIPE_NAME})
  --keep-months N   How long uploads and results are kept (default: 1)
  --downloads N     How often each output is fetched over the internet (default: 0)
  --clients N       Pages of the app that are open all month (default: 0)
  --compute-ms N    Your own average of computeMs, from completion events or the metric ComputeMs
  --customer-key    Encrypt with your own KMS key
  --json            Print JSON`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      images: { type: 'string' },
      'avg-mb': { type: 'string', default: String(DEFAULT_MB) },
      recipe: { type: 'string', default: DEFAULT_RECIPE_NAME },
      'keep-months': { type: 'string', default: '1' },
      downloads: { type: 'string', default: '0' },
      clients: { type: 'string', default: '0' },
      'compute-ms': { type: 'string' },
      'customer-key': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`cost: expected no arguments, received ${positionals[0]}`);
    if (values.images === undefined)
      throw new UsageError('cost --images: expected the number of uploads per month, received none');
    const load = {
      images: wholeNumber('cost --images', values.images, { least: 1 }),
      avgMb: megabytes(values['avg-mb']),
      ...chooseRecipe(values.recipe),
      keepMonths: wholeNumber('cost --keep-months', values['keep-months'], { least: 1 }),
      downloads: wholeNumber('cost --downloads', values.downloads, { least: 0 }),
      clients: wholeNumber('cost --clients', values.clients, { least: 0 }),
      customerKey: values['customer-key'],
      ...(values['compute-ms'] === undefined
        ? {}
        : { computeMs: wholeNumber('cost --compute-ms', values['compute-ms'], { least: 1 }) }),
    };
    const bill = billFor(load, values.recipe);
    const width = process.stdout.isTTY ? process.stdout.columns : undefined;
    const lines = values.json ? [JSON.stringify(bill, null, 2)] : billLines(bill, width);
    for (const line of lines) console.log(line);
    return 0;
  },
};

function megabytes(given: string): number {
  const value = Number(given);
  if (/^\d+(\.\d+)?$/.test(given) && value > 0 && value <= DEFAULTS.maxMb) return value;
  throw new UsageError(
    `cost --avg-mb: expected a number above 0 and up to ${DEFAULTS.maxMb}, as larger files are rejected, ` +
      `received ${JSON.stringify(given)}`,
  );
}

/** Only the built-in recipes were measured. */
function chooseRecipe(name: string): { recipe: Recipe; measures: RecipeMeasures } {
  const recipe = recipeBook({}).get(name);
  const measures = MEASURED_RECIPES.get(name);
  if (recipe && measures) return { recipe, measures };
  const known = [...MEASURED_RECIPES.keys()];
  const near = nearest(name, known);
  const hint = near ? `Did you mean ${near}?` : `Use one of: ${known.join(', ')}.`;
  throw new UsageError(`cost --recipe: there is no built-in recipe ${JSON.stringify(name)}. ${hint}`);
}
