import { createRoute } from '@hono/zod-openapi';
import { modesOf } from '../../labels/models.ts';
import { DEFAULT_RECIPE_NAME } from '../../recipe.ts';
import { errors, json, NOT_MODIFIED } from '../answers.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { API_PATH, type Api } from '../env.ts';
import { limitsSchema, MAX_FILES, meSchema, recipesSchema } from '../schemas.ts';

const me = createRoute({
  method: 'get',
  path: `${API_PATH}/me`,
  tags: ['Account'],
  summary: 'Who the token belongs to',
  responses: { 200: json(meSchema, 'The principal'), ...NOT_MODIFIED, ...errors() },
});

const limits = createRoute({
  method: 'get',
  path: `${API_PATH}/limits`,
  tags: ['Account'],
  summary: 'What can be uploaded',
  responses: { 200: json(limitsSchema, 'The limits of one image'), ...NOT_MODIFIED, ...errors() },
});

const recipes = createRoute({
  method: 'get',
  path: `${API_PATH}/recipes`,
  tags: ['Account'],
  summary: 'The named recipes, with all defaults filled in',
  responses: { 200: json(recipesSchema, 'The recipes by name'), ...NOT_MODIFIED, ...errors() },
});

/** What a client asks first: who it is, and what it may send. */
export function addAccountRoutes(app: Api, { ports: { settings } }: ApiDependencies): void {
  app.openapi(me, ({ json, var: { principal } }) => {
    const { id, kind, name } = principal;
    const scopes = principal.kind === 'machine' ? [...principal.scopes] : null;
    return json({ id, kind, name, scopes }, 200);
  });
  app.openapi(limits, ({ json }) => {
    const { maxBytes, maxPixels, maxPages } = settings.limits;
    const { trashDays, uploadQuota = null, exportQuota = null } = settings;
    const labelModes = modesOf(settings.labels).sort((mode) => (mode === settings.labels ? -1 : 1));
    const image = { maxBytes, maxPixels, maxPages };
    const others = { trashDays, uploadQuota, exportQuota, maxFilesPerRequest: MAX_FILES, labelModes };
    return json({ ...image, ...others }, 200);
  });
  app.openapi(recipes, ({ json }) => {
    const named = [...settings.recipes].map(([name, recipe]) => {
      return { name, isDefault: name === DEFAULT_RECIPE_NAME, recipe };
    });
    return json({ recipes: named }, 200);
  });
}
