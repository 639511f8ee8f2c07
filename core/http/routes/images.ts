import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { albumNamed, MAX_ALBUM_LENGTH } from '../../album.ts';
import {
  changeAlbum,
  deleteForGood,
  redriveImage,
  reprocessImage,
  restoreImage,
  trashImage,
} from '../../images/change-image.ts';
import { listAlbums, listImages } from '../../images/list-images.ts';
import { linkDetails, showImage } from '../../images/show-image.ts';
import { imageView } from '../../pipeline/image-view.ts';
import type { ImageRecord } from '../../pipeline/record.ts';
import type { ApiPorts } from '../../ports.ts';
import { OWN_RECIPE_NAME, type Recipe } from '../../recipe.ts';
import { errors, json, jsonBody, NOT_MODIFIED, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { namedRecipe } from '../named-recipe.ts';
import {
  albumsSchema,
  anyRecipe,
  imageDetailSchema,
  imageId,
  imagePageSchema,
  imageQuerySchema,
  imageSchema,
  signedLinkSchema,
} from '../schemas.ts';

const params = z.strictObject({ imageId });
const image = (what: string) => json(imageSchema, what);

const list = createRoute({
  method: 'get',
  path: `${API_PATH}/images`,
  tags: ['Images'],
  summary: 'Images, newest upload first; an album by capture date',
  request: { query: imageQuerySchema },
  responses: { 200: json(imagePageSchema, 'A page'), ...NOT_MODIFIED, ...errors(400, 403) },
});

const show = createRoute({
  method: 'get',
  path: `${API_PATH}/images/{imageId}`,
  tags: ['Images'],
  summary: 'An image with its outputs, quality and earlier runs',
  request: { params },
  responses: { 200: json(imageDetailSchema, 'The image'), ...NOT_MODIFIED, ...errors(400, 403, 404) },
});

const change = createRoute({
  method: 'patch',
  path: `${API_PATH}/images/{imageId}`,
  tags: ['Images'],
  summary: 'Move an image to another album, or out of its album',
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        album: z
          .string()
          .max(2 * MAX_ALBUM_LENGTH)
          .nullable(),
      }),
    ),
  },
  responses: { 200: image('The image in its album'), ...errors(403, 404, 409, ...WITH_BODY) },
});

const remove = createRoute({
  method: 'delete',
  path: `${API_PATH}/images/{imageId}`,
  tags: ['Images'],
  summary: 'Move an image to the trash, or delete it for good',
  request: {
    params,
    query: z.strictObject({
      permanently: z
        .enum(['', 'true', 'false'])
        .optional()
        .describe('Present or `true`: all versions of its source and outputs are deleted'),
    }),
  },
  responses: { 200: image('The image as it is now'), ...errors(400, 403, 404, 409) },
});

const restore = createRoute({
  method: 'post',
  path: `${API_PATH}/images/{imageId}/restore`,
  tags: ['Images'],
  summary: 'Take an image out of the trash',
  request: { params },
  responses: { 200: image('The image'), ...errors(400, 403, 404, 409) },
});

const reprocess = createRoute({
  method: 'post',
  path: `${API_PATH}/images/{imageId}/reprocess`,
  tags: ['Images'],
  summary: 'Begin another run, by a named recipe or one of your own',
  request: { params, body: jsonBody(z.strictObject({ recipe: anyRecipe })) },
  responses: { 200: image('The image with its new run'), ...errors(403, 404, 409, ...WITH_BODY) },
});

const redrive = createRoute({
  method: 'post',
  path: `${API_PATH}/images/{imageId}/redrive`,
  tags: ['Images'],
  summary: 'Give a run that FAILED another attempt',
  request: { params },
  responses: { 200: image('The image with its new attempt'), ...errors(400, 403, 404, 409) },
});

const details = createRoute({
  method: 'get',
  path: `${API_PATH}/images/{imageId}/details`,
  tags: ['Images'],
  summary: "A link to the image's EXIF, GPS and encoder search; for its owner alone",
  request: { params },
  responses: { 200: json(signedLinkSchema, 'The link'), ...errors(400, 403, 404, 409) },
});

const albums = createRoute({
  method: 'get',
  path: `${API_PATH}/albums`,
  tags: ['Images'],
  summary: 'Your albums, by name',
  responses: { 200: json(albumsSchema, 'The albums'), ...NOT_MODIFIED, ...errors(403) },
});

export function addImageRoutes(app: Api, ports: ApiPorts): void {
  const { processedBucket } = ports.settings;
  const view = (record: ImageRecord) => imageView(record, processedBucket);

  app.openapi(list, async ({ req, json, var: { principal } }) => {
    const { state, ...query } = req.valid('query');
    const request = { ...query, states: state === undefined ? undefined : [state] };
    const { records, next, total } = await listImages(ports, principal, request);
    return json({ images: records.map(view), next, total }, 200);
  });
  app.openapi(show, async ({ req, json, var: { principal } }) => {
    const { record, earlierRuns } = await showImage(ports, principal, req.valid('param').imageId);
    const history = earlierRuns.map((run) => runView(view(run), run));
    return json({ ...view(record), ownRecipe: ownRecipeOf(record), history }, 200);
  });
  app.openapi(change, async ({ req, json, var: { principal } }) => {
    const { album } = req.valid('json');
    const name = album === null ? null : albumNamed(album);
    return json(view(await changeAlbum(ports, principal, req.valid('param').imageId, name)), 200);
  });
  app.openapi(remove, async ({ req, json, var: { principal } }) => {
    const { permanently = 'false' } = req.valid('query');
    const act = permanently === 'false' ? trashImage : deleteForGood;
    return json(view(await act(ports, principal, req.valid('param').imageId)), 200);
  });
  app.openapi(restore, async ({ req, json, var: { principal } }) => {
    return json(view(await restoreImage(ports, principal, req.valid('param').imageId)), 200);
  });
  app.openapi(reprocess, async ({ req, json, var: { principal } }) => {
    const recipe = namedRecipe(ports.settings, req.valid('json').recipe);
    return json(view(await reprocessImage(ports, principal, req.valid('param').imageId, recipe)), 200);
  });
  app.openapi(redrive, async ({ req, json, var: { principal } }) => {
    return json(view(await redriveImage(ports, principal, req.valid('param').imageId)), 200);
  });
  app.openapi(details, async ({ req, json, var: { principal } }) => {
    return json(await linkDetails(ports, principal, req.valid('param').imageId), 200);
  });
  app.openapi(albums, async ({ json, var: { principal } }) => {
    return json({ albums: await listAlbums(ports, principal) }, 200);
  });
}

function runView(
  { run, state, recipe, endedAt, reason, quality }: ReturnType<typeof imageView>,
  record: ImageRecord,
) {
  const startedAt = record.startedAt ?? null;
  return { run, state, recipe, startedAt, endedAt, reason, quality, ownRecipe: ownRecipeOf(record) };
}

function ownRecipeOf({ recipe }: ImageRecord): Recipe | null {
  return recipe?.name === OWN_RECIPE_NAME ? recipe.recipe : null;
}
