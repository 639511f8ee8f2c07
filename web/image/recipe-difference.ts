import type { Recipe } from '../../core/recipe.ts';

/**
 * What a recipe says otherwise than the one before, by the names of the configuration: `enhance.contrast 1.05 → 1.2`.
 * A field that one of them does not have shows as a dash.
 */
export function recipeDifference(before: Recipe, after: Recipe): string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => `${path} ${old.get(path) ?? '–'} → ${now.get(path) ?? '–'}`);
}

/** Every field, by its path. */
function fieldsOf(value: object, parents: readonly string[] = []): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([name, field]): [string, string][] => {
      const path = [...parents, name];
      if (typeof field === 'object' && field !== null && !Array.isArray(field))
        return [...fieldsOf(field, path)];
      if (field === undefined) return [];
      return [[path.join('.'), Array.isArray(field) ? field.join(' ') || 'none' : String(field)]];
    }),
  );
}
