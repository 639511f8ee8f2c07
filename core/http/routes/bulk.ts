import { createRoute } from '@hono/zod-openapi';
import type * as z from 'zod';
import { albumNamed } from '../../album.ts';
import { type BulkChange, type BulkOutcome, changeImages } from '../../images/change-images.ts';
import type { Settings } from '../../settings.ts';
import { errors, json, jsonBody, WITH_BODY } from '../answers.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { API_PATH, type Api } from '../env.ts';
import { namedRecipe } from '../named-recipe.ts';
import { problemOf } from '../problem.ts';
import { bulkOutcomesSchema, bulkRequestSchema } from '../schemas.ts';

const bulk = createRoute({
  method: 'post',
  path: `${API_PATH}/bulk`,
  tags: ['Images'],
  summary: 'One change of up to 100 images',
  request: { body: jsonBody(bulkRequestSchema) },
  responses: { 200: json(bulkOutcomesSchema, 'An outcome for each image'), ...errors(...WITH_BODY) },
});

export function addBulkRoutes(app: Api, { ports, onError }: ApiDependencies): void {
  app.openapi(bulk, async ({ req, json, var: { principal, requestId } }) => {
    const request = req.valid('json');
    const change = changeOf(ports.settings, request);
    const outcomes = await changeImages(ports, principal, request.imageIds, change);
    return json({ outcomes: outcomes.map((outcome) => outcomeView(outcome, requestId, onError)) }, 200);
  });
}

function changeOf(settings: Settings, request: z.infer<typeof bulkRequestSchema>): BulkChange {
  switch (request.action) {
    case 'reprocess':
      return { action: 'reprocess', recipe: namedRecipe(settings, request.recipe) };
    case 'move':
      return { action: 'move', album: request.album === null ? null : albumNamed(request.album) };
    default:
      return { action: request.action };
  }
}

function outcomeView(outcome: BulkOutcome, requestId: string, onError: ApiDependencies['onError']) {
  if ('record' in outcome) return { imageId: outcome.imageId, status: 200 };
  const problem = problemOf(outcome.error, requestId);
  if (problem.status >= 500) onError(outcome.error, requestId);
  return { imageId: outcome.imageId, status: problem.status, problem };
}
