import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { findUpload, requestUploads } from '../../images/request-uploads.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, json, jsonBody, NOT_MODIFIED, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { uploadFormsSchema, uploadRequestSchema, uploadSchema } from '../schemas.ts';

const request = createRoute({
  method: 'post',
  path: `${API_PATH}/uploads`,
  tags: ['Uploads'],
  summary: 'Forms for uploading up to 100 files',
  request: { body: jsonBody(uploadRequestSchema) },
  responses: {
    200: json(uploadFormsSchema, 'A form for each file. It works for 15 minutes'),
    ...errors(403, 429, ...WITH_BODY),
  },
});

const find = createRoute({
  method: 'get',
  path: `${API_PATH}/uploads/{uploadId}`,
  tags: ['Uploads'],
  summary: 'The image that an upload became',
  request: {
    params: z.strictObject({
      uploadId: z.string().regex(/^[\w-]{22}$/, 'expected the `uploadId` of a form: 22 characters'),
    }),
  },
  responses: { 200: json(uploadSchema, 'The upload'), ...NOT_MODIFIED, ...errors(400, 403, 404) },
});

export function addUploadRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(request, async ({ req, json, var: { principal } }) => {
    const uploads = await requestUploads(ports, principal, req.valid('json').files);
    return json({ uploads }, 200);
  });
  app.openapi(find, async ({ req, json, var: { principal } }) => {
    return json(await findUpload(ports, principal, req.valid('param').uploadId), 200);
  });
}
