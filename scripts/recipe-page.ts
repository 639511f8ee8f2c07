import * as z from 'zod';
import { ENHANCE_ORDER, recipeSchema } from '../core/recipe.ts';
import {
  type Example,
  enhanceExamples,
  filterExamples,
  fitExamples,
  formatExamples,
  plainExample,
  rotationExamples,
  SAMPLE,
} from './recipe-examples.ts';
import { COMPARISONS, TARGETS } from './recipe-notes.ts';

/** What JSON Schema says of one field. */
interface Field {
  type?: string;
  description?: string;
  default?: unknown;
  required?: string[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  examples?: unknown[];
  maxItems?: number;
  items?: Field;
  properties?: Record<string, Field>;
  oneOf?: Field[];
}

/** The pictures that stand under a field. */
const EXAMPLES: Record<string, Example[]> = {
  resize: fitExamples(),
  enhance: enhanceExamples(),
  filters: filterExamples(),
  output: formatExamples(),
  rotations: rotationExamples(),
};

/** Where the page finds the picture of an example. */
export function pictureFile({ name, recipe }: Example): string {
  return `${name}.${recipe.output?.format ?? 'jpeg'}`;
}

/**
 * docs/recipes.md: every field of a recipe with its range, its default and pictures.
 *
 * @throws Error naming a field of the schema that has no description
 */
export function recipePage(): string {
  const { properties = {} } = z.toJSONSchema(recipeSchema, { io: 'input' }) as Field;
  const sections = Object.entries(properties).map(([name, field]) => section(name, field));
  return `${[introduction(), ...sections, TARGETS, COMPARISONS].join('\n\n')}\n`;
}

function introduction(): string {
  return `<!-- Made by \`npm run generate\` from core/recipe.ts and scripts/recipe-examples.ts: change those, not this page. -->

# Recipes

A recipe says what Darkroom does to an image. Every field has a default, so \`{}\` is a valid recipe. Define your own under \`recipes\`
in \`darkroom.config.json\` ([laptop](laptop.md#settings)) or in \`cdk.json\` ([AWS](configuration.md#sizes-and-recipes)).
\`npm run -s darkroom -- recipes\` lists the recipes that you have.

Darkroom applies a recipe in this order: \`resize\`, \`enhance\` (${ENHANCE_ORDER.join(', ')}), \`filters\`, then \`output\`. It makes the
rotations from the edited pixels.

For completion and checks in your editor, begin \`darkroom.config.json\` with
\`"$schema": "./schemas/darkroom.config.schema.json"\`. \`schemas/recipe.schema.json\` describes one recipe.

The pictures show \`samples/${SAMPLE}\`, as Darkroom makes them. This is the sample without any edit:

${image(plainExample())}`;
}

function section(name: string, field: Field): string {
  const lines = [`## \`${name}\``, `${described(name, field)}.${defaultOf(field)}`];
  for (const variant of field.oneOf ?? [field]) {
    if (field.oneOf) lines.push(`${described(name, variant)}:`);
    const fields = Object.entries(variant.properties ?? {});
    const rows = fields.map(([key, each]) => row(`${name}.${key}`, each, variant.required?.includes(key)));
    if (rows.length > 0) lines.push(table(rows));
    else lines.push(`Allowed: ${allowed(variant)}.`);
  }
  const examples = EXAMPLES[name];
  if (examples) lines.push(pictureTable(examples));
  return lines.join('\n\n');
}

/** An object without a default of its own takes those of its fields. */
function defaultOf({ default: value }: Field): string {
  return JSON.stringify(value) === '{}' ? '' : ` Default: ${code(value)}.`;
}

function table(rows: string[]): string {
  return ['| Field | Allowed | Default | What it is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function row(path: string, field: Field, isRequired = false): string {
  const none = isRequired ? 'required' : 'none';
  const standard = field.default === undefined ? none : code(field.default);
  return `| \`${path}\` | ${allowed(field)} | ${standard} | ${described(path, field)} |`;
}

function pictureTable(examples: Example[]): string {
  const rows = examples.map((example) => `| \`${example.code}\` | ${image(example)} | ${example.text} |`);
  return ['| Value | Picture | What it does |', '| --- | --- | --- |', ...rows].join('\n');
}

function image(example: Example): string {
  return `![The sample with ${example.code}](images/recipes/${pictureFile(example)})`;
}

function described(path: string, { description }: Field): string {
  if (description === undefined)
    throw new Error(`${path}: expected a description in core/recipe.ts, found none`);
  return description;
}

function allowed({ type, enum: values, minimum, maximum, examples, items, maxItems }: Field): string {
  if (items) return `up to ${maxItems ?? values?.length ?? items.enum?.length} of ${allowed(items)}`;
  if (values) return values.map(code).join(', ');
  if (examples) return `such as ${examples.map(code).join(', ')}`;
  if (minimum !== undefined && maximum !== undefined) {
    return `${type === 'integer' ? '' : 'any number from '}${number(minimum)} to ${number(maximum)}`;
  }
  return type === 'boolean' ? '`true`, `false`' : (type ?? '');
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
