import * as z from 'zod';
import { recipeName, recipeSchema } from '../core/recipe.ts';
import { configSchema } from '../local/config.ts';

/** The config file with its recipes checked field by field; the program itself checks them when it reads them. */
const wholeConfig = configSchema.extend({
  recipes: z
    .record(recipeName, recipeSchema)
    .default({})
    .describe('Your own recipes by name; one with the name of a built-in recipe replaces it'),
});

/** The JSON Schemas that editors use, by file name in schemas/. */
export function jsonSchemas(): Map<string, string> {
  return new Map([
    ['recipe.schema.json', schemaText('Recipe of Darkroom', recipeSchema)],
    ['darkroom.config.schema.json', schemaText('darkroom.config.json', wholeConfig)],
  ]);
}

function schemaText(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
