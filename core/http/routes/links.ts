import { createRoute } from '@hono/zod-openapi';
import { inBatches } from '../../images/in-batches.ts';
import { signLink } from '../../images/sign-links.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, json, jsonBody, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { problemOf } from '../problem.ts';
import { linkRequestsSchema, linksSchema } from '../schemas.ts';

const sign = createRoute({
  method: 'post',
  path: `${API_PATH}/links`,
  tags: ['Links'],
  summary: 'Links to up to 100 files of images',
  request: { body: jsonBody(linkRequestsSchema) },
  responses: { 200: json(linksSchema, 'A link, or a problem, for each item'), ...errors(...WITH_BODY) },
});

/** Items in progress at once: a view that has to be made holds its source in memory. */
const AT_ONCE = 4;

export function addLinkRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(sign, async ({ req, json, var: { principal, requestId } }) => {
    const links = await inBatches(req.valid('json').items, AT_ONCE, async (item) => {
      const { imageId, variant } = item;
      try {
        return { imageId, variant, ...(await signLink(ports, principal, item)) };
      } catch (error) {
        return { imageId, variant, problem: expected(error, requestId) };
      }
    });
    return json({ links }, 200);
  });
}

/** @throws the error where it says nothing about the item alone */
function expected(error: unknown, requestId: string) {
  const problem = problemOf(error, requestId);
  if (problem.status >= 500) throw error;
  return problem;
}
