import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { requireAction } from '../../access.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, json } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { ticketSchema } from '../schemas.ts';

const ticket = createRoute({
  method: 'post',
  path: `${API_PATH}/live/tickets`,
  tags: ['Live updates'],
  summary: 'A ticket for live updates by WebSocket',
  request: {
    query: z.strictObject({
      all: z.enum(['true', 'false']).optional().describe('Of the images of everybody; administrators only'),
    }),
  },
  responses: { 200: json(ticketSchema, 'The ticket'), ...errors(400, 403) },
});

export function addLiveRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(ticket, async ({ req, json, var: { principal } }) => {
    const all = req.valid('query').all === 'true';
    requireAction(principal, 'watch');
    if (all) requireAction(principal, 'list-all');
    return json(await ports.tickets.issue(principal, { all }), 200);
  });
}
