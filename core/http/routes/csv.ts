import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { imagesCsv } from '../../images/images-csv.ts';
import { listImages } from '../../images/list-images.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, NOT_MODIFIED } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { imageQuerySchema } from '../schemas.ts';

const PATH = `${API_PATH}/exports/images.csv`;

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

export function addCsvRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(csv, async ({ req, body, var: { principal } }) => {
    const { state, ...query } = req.valid('query');
    const request = { ...query, states: state === undefined ? undefined : [state] };
    const { records, next } = await listImages(ports, principal, request);
    const url = new URL(req.url);
    if (next !== null) url.searchParams.set('cursor', next);
    return body(imagesCsv(records, { hasHeader: query.cursor === undefined }), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="images.csv"',
      ...(next === null ? {} : { link: `<${PATH}${url.search}>; rel="next"` }),
    });
  });
}
