import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { listFailures, type Redriven, redriveFailures } from '../../images/failures.ts';
import { eraseUser, exportUser } from '../../images/user-images.ts';
import { imageView } from '../../pipeline/image-view.ts';
import type { ImageRecord } from '../../pipeline/record.ts';
import { errors, json, jsonBody, NOT_MODIFIED, WITH_BODY } from '../answers.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { API_PATH, type Api } from '../env.ts';
import { problemOf } from '../problem.ts';
import {
  erasedSchema,
  exportQuerySchema,
  exportSchema,
  failuresSchema,
  redrivenSchema,
  redriveRequestSchema,
  userId,
} from '../schemas.ts';

const params = z.strictObject({ userId });

const list = createRoute({
  method: 'get',
  path: `${API_PATH}/failures`,
  tags: ['Administration'],
  summary: 'The images whose run FAILED, and the messages that nobody could read',
  responses: { 200: json(failuresSchema, 'Up to 100 of each kind'), ...NOT_MODIFIED, ...errors(403) },
});

const redrive = createRoute({
  method: 'post',
  path: `${API_PATH}/failures/redrive`,
  tags: ['Administration'],
  summary: 'Send failures again: some, or up to 100 of each kind',
  request: { body: jsonBody(redriveRequestSchema) },
  responses: { 200: json(redrivenSchema, 'An outcome for each'), ...errors(403, ...WITH_BODY) },
});

const erase = createRoute({
  method: 'post',
  path: `${API_PATH}/users/{userId}/erase`,
  tags: ['Administration'],
  summary: 'Delete up to 100 images of a user for good; repeat it until it is complete',
  request: { params },
  responses: { 200: json(erasedSchema, 'What was deleted'), ...errors(400, 403, 409) },
});

const exported = createRoute({
  method: 'get',
  path: `${API_PATH}/users/{userId}/export`,
  tags: ['Administration'],
  summary: 'Everything of a user: the images, with links to all files; your own, or as an administrator',
  request: { params, query: exportQuerySchema },
  responses: { 200: json(exportSchema, 'A page'), ...errors(400, 403) },
});

export function addAdministrationRoutes(app: Api, { ports, onError }: ApiDependencies): void {
  const view = (record: ImageRecord) => imageView(record, ports.settings.processedBucket);

  app.openapi(list, async ({ json, var: { principal } }) => {
    const { runs, messages, isComplete } = await listFailures(ports, principal);
    const unread = messages.map(({ messageId, queue, bodyBytes, reason: { code, message, at } }) => {
      return { messageId, queue, bodyBytes, reason: { code, message }, recordedAt: at };
    });
    return json({ images: runs.map(view), messages: unread, isComplete }, 200);
  });
  app.openapi(redrive, async ({ req, json, var: { principal, requestId } }) => {
    const { outcomes, isComplete } = await redriveFailures(ports, principal, req.valid('json'));
    return json({ outcomes: outcomes.map((each) => outcomeView(each, requestId, onError)), isComplete }, 200);
  });
  app.openapi(erase, async ({ req, json, var: { principal } }) => {
    return json(await eraseUser(ports, principal, req.valid('param').userId), 200);
  });
  app.openapi(exported, async ({ req, json, var: { principal } }) => {
    const query = req.valid('query');
    const { images, next } = await exportUser(ports, principal, req.valid('param').userId, query);
    return json({ images: images.map(({ record, files }) => ({ image: view(record), files })), next }, 200);
  });
}

function outcomeView({ id, error }: Redriven, requestId: string, onError: ApiDependencies['onError']) {
  if (error === undefined) return { id, status: 200 };
  const problem = problemOf(error, requestId);
  if (problem.status >= 500) onError(error, requestId);
  return { id, status: problem.status, problem };
}
