import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { findImages } from '../../images/find-image.ts';
import { imagesCsv } from '../../images/images-csv.ts';
import { listImages } from '../../images/list-images.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, jsonBody, NOT_MODIFIED, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { imageId, imageQuerySchema } from '../schemas.ts';

const PATH = `${API_PATH}/exports/images.csv`;

const MAX_IMAGES = 500;
const HEADERS = {
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': 'attachment; filename="images.csv"',
};

const csv = createRoute({
  method: 'get',
  path: PATH,
  tags: ['Images'],
  summary: 'Images as a table, with the filters and pages of GET /images',
  request: { query: imageQuerySchema },
  responses: {
    200: {
      description:
        'CSV by RFC 4180, the first page with a header. `Link` names the next page, if there is one',
      content: { 'text/csv': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...NOT_MODIFIED,
    ...errors(400, 403),
  },
});

const csvOf = createRoute({
  method: 'post',
  path: PATH,
  tags: ['Images'],
  summary: `Up to ${MAX_IMAGES} images as a table`,
  request: {
    body: jsonBody(
      z.strictObject({ imageIds: z.array(imageId).min(1).max(MAX_IMAGES) }).meta({ id: 'CsvRequest' }),
    ),
  },
  responses: {
    200: {
      description: 'CSV by RFC 4180 with a header, in the order of the ids',
      content: { 'text/csv': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...errors(...WITH_BODY, 403, 404),
  },
});

export function addCsvRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(csv, async ({ req, body, var: { principal } }) => {
    const { state, ...query } = req.valid('query');
    const request = { ...query, states: state === undefined ? undefined : [state] };
    const { records, next } = await listImages(ports, principal, request);
    const url = new URL(req.url);
    if (next !== null) url.searchParams.set('cursor', next);
    return body(imagesCsv(records, { hasHeader: query.cursor === undefined }), 200, {
      ...HEADERS,
      ...(next === null ? {} : { link: `<${PATH}${url.search}>; rel="next"` }),
    });
  });

  app.openapi(csvOf, async ({ req, body, var: { principal } }) => {
    const { imageIds } = req.valid('json');
    const records = await findImages(ports, principal, imageIds, (index) => `imageIds.${index}`);
    return body(imagesCsv(records, { hasHeader: true }), 200, HEADERS);
  });
}
