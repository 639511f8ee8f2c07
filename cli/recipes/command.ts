import { DEFAULT_RECIPE_NAME, type Recipe } from '../../core/recipe.ts';
import { loadConfig } from '../../local/config.ts';
import { formatTable } from '../console/table.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';

export const recipesCommand: Command = {
  help: `Usage: darkroom recipes [--json] [--config FILE]

Lists the built-in recipes and those of the config file.

Options:
  --json         Print the whole recipes as JSON, with all defaults filled in
  --config FILE  Read this config file (default: darkroom.config.json, if it exists)`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      json: { type: 'boolean', default: false },
      config: { type: 'string' },
    });
    if (positionals.length > 0)
      throw new UsageError(`recipes: expected no arguments, received ${positionals[0]}`);
    const { recipes } = loadConfig({ path: values.config });
    if (values.json) {
      console.log(JSON.stringify(Object.fromEntries(recipes), null, 2));
      return 0;
    }
    const rows = [...recipes].map(([name, recipe]) => [
      name === DEFAULT_RECIPE_NAME ? `${name} (default)` : name,
      sizeOf(recipe),
      editsOf(recipe),
      outputOf(recipe),
      recipe.rotations.map((degrees) => `${degrees}°`).join(' ') || '–',
    ]);
    const titles = ['recipe', 'size', 'edits', 'output', 'rotations'].map((title) => ({ title }));
    for (const line of formatTable(titles, rows)) console.log(line);
    return 0;
  },
};

function sizeOf({ resize }: Recipe): string {
  if ('ratio' in resize)
    return resize.ratio === 1 ? 'unchanged' : `${Math.round(resize.ratio * 1000) / 10} %`;
  return `${resize.widthPx}×${resize.heightPx} ${resize.fit}`;
}

function editsOf({ enhance, filters }: Recipe): string {
  const factors = Object.entries(enhance).filter(([, factor]) => factor !== 1);
  return [...factors.map(([name, factor]) => `${name} ${factor}`), ...filters].join(', ') || '–';
}

function outputOf({ output }: Recipe): string {
  const { format } = output;
  if ('quality' in output) return `${format} ${output.quality}`;
  const target = 'targetSsim' in output ? `SSIM ${output.targetSsim}` : `quality ${output.targetQuality}`;
  return `${format} to ${target}`;
}
