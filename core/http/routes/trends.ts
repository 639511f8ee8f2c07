import { createRoute } from '@hono/zod-openapi';
import { showTrends } from '../../images/show-trends.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, json, NOT_MODIFIED } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { trendQuerySchema, trendsSchema } from '../schemas.ts';

const trends = createRoute({
  method: 'get',
  path: `${API_PATH}/trends`,
  tags: ['Images'],
  summary: 'How the quality of images develops, by day of the upload and by recipe',
  request: { query: trendQuerySchema },
  responses: {
    200: json(trendsSchema, 'The trends, oldest day first'),
    ...NOT_MODIFIED,
    ...errors(400, 403),
  },
});

export function addTrendRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(trends, async ({ req, json, var: { principal } }) => {
    return json({ trends: await showTrends(ports, principal, req.valid('query')) }, 200);
  });
}
