import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { previewImage } from '../../images/preview-image.ts';
import { contentTypeOf } from '../../names.ts';
import type { ApiPorts } from '../../ports.ts';
import { OUTPUT_FORMATS } from '../../recipe.ts';
import { errors, jsonBody, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { namedRecipe } from '../named-recipe.ts';
import { imageId, previewFactsSchema, previewRequestSchema } from '../schemas.ts';

/** Carries, as JSON, what is known of the picture in the body. */
const FACTS_HEADER = 'darkroom-preview';

/** A header is no body, so its schema does not become a component. */
const { $schema: _, ...facts } = z.toJSONSchema(previewFactsSchema);

const picture = { schema: z.string().meta({ format: 'binary' }) };

const preview = createRoute({
  method: 'post',
  path: `${API_PATH}/images/{imageId}/preview`,
  tags: ['Images'],
  summary: 'What a recipe would make of an image; nothing is stored',
  request: { params: z.strictObject({ imageId }), body: jsonBody(previewRequestSchema) },
  responses: {
    200: {
      description: 'The processed picture, of at most 4.5 MB',
      headers: {
        [FACTS_HEADER]: {
          description: 'What is known of the picture, as JSON',
          required: true,
          content: { 'application/json': { schema: facts as object } },
        },
      },
      content: Object.fromEntries(OUTPUT_FORMATS.map((format) => [contentTypeOf(format), picture])),
    },
    ...errors(403, 404, 409, 422, ...WITH_BODY),
  },
});

export function addPreviewRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(preview, async ({ req, body, var: { principal } }) => {
    const { recipe: asked, draft } = req.valid('json');
    const { recipe } = namedRecipe(ports.settings, asked);
    const trial = { recipe, isDraft: draft };
    const made = await previewImage(ports, principal, req.valid('param').imageId, trial);
    const { bytes, contentType, widthPx, heightPx, quality, isDraft } = made;
    const facts = { isDraft, widthPx, heightPx, bytes: bytes.length, quality };
    return body(bytes, 200, { 'content-type': contentType, [FACTS_HEADER]: JSON.stringify(facts) });
  });
}
