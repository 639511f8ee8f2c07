import type { Recipe, RecipeInput } from '../../core/recipe.ts';

/** What a recipe has where it says nothing. A test holds it to the schema, which would be too large for the browser. */
export const DEFAULTS: Recipe = {
  resize: { widthPx: 256, heightPx: 256, fit: 'contain', background: '#ffffff' },
  enhance: { brightness: 1, contrast: 1, color: 1, sharpness: 1 },
  filters: [],
  output: { format: 'jpeg', quality: 90 },
  rotations: [90, 180, 270, 360],
  measure: { detail: true },
  animated: 'first',
  metadata: { keep: 'none' },
};

/** Without them, it is another kind of size or output. */
const KEPT = new Set(['widthPx', 'heightPx', 'ratio', 'targetQuality', 'targetSsim']);

/** The shortest recipe that means the same, in the order of the configuration. */
export function minimalRecipe(recipe: Recipe): RecipeInput {
  const { resize, enhance, filters, output, rotations, measure, animated, metadata, labels } = recipe;
  const fields = {
    resize: isDefaultBox(resize) ? undefined : differing(resize, DEFAULTS.resize),
    enhance: differing(enhance, DEFAULTS.enhance),
    filters: isSame(filters, []) ? undefined : filters,
    output: differing(output, DEFAULTS.output),
    rotations: isSame(rotations, DEFAULTS.rotations) ? undefined : rotations,
    measure: differing(measure, DEFAULTS.measure),
    animated: animated === DEFAULTS.animated ? undefined : animated,
    metadata: differing(metadata, DEFAULTS.metadata),
    labels,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Whether both make the same of every image. */
export function isSameRecipe(a: Recipe, b: Recipe): boolean {
  return isSame(minimalRecipe(a), minimalRecipe(b));
}

/** As it stands in the configuration. */
export function configurationOf(name: string, recipe: Recipe): string {
  return JSON.stringify({ recipes: { [name]: minimalRecipe(recipe) } }, null, 2);
}

function isDefaultBox(resize: Recipe['resize']): boolean {
  const known = new Map<string, unknown>(Object.entries(DEFAULTS.resize));
  return Object.entries(resize).every(([name, value]) => known.get(name) === value);
}

/** The fields that differ from the defaults, by name; undefined where none does. */
function differing(fields: object, defaults: object): object | undefined {
  const known = new Map<string, unknown>(Object.entries(defaults));
  const rest = Object.entries(fields)
    .filter(([name, value]) => value !== undefined && (KEPT.has(name) || !isSame(value, known.get(name))))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
