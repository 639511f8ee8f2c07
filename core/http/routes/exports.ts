import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { EXPORT_STATES, type ExportRecord, MAX_EXPORT_ITEMS } from '../../exports/export-record.ts';
import { exportId } from '../../exports/export-task.ts';
import { requestExport } from '../../exports/request-export.ts';
import { type ShownExport, showExport } from '../../exports/show-export.ts';
import type { ApiPorts } from '../../ports.ts';
import { errors, json, jsonBody, NOT_MODIFIED, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { imageId } from '../schemas.ts';

const time = z.string().describe('ISO 8601, UTC');

export const zipExportRequestSchema = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          imageId,
          variant: z
            .string()
            .regex(
              /^(original|processed|\d{1,3})$/,
              'expected original, processed, or the degrees of a rotation',
            ),
        }),
      )
      .min(1)
      .max(MAX_EXPORT_ITEMS),
  })
  .meta({ id: 'ZipExportRequest' });

export const zipExportSchema = z
  .strictObject({
    exportId,
    state: z.enum(EXPORT_STATES),
    items: z.int().describe('Distinct files that were asked for'),
    files: z.int().describe('Files in the archive so far'),
    leftOut: z.int().nullable().describe('Files that were not there any more, or not yet'),
    bytes: z.int().nullable().describe('Of the archive'),
    reason: z.strictObject({ code: z.string(), message: z.string() }).nullable().describe('Why it is FAILED'),
    createdAt: time,
    endedAt: time.nullable(),
    expiresAt: time.describe('Then the export and its archive are gone'),
    link: z
      .strictObject({ url: z.string(), expiresAt: time })
      .nullable()
      .describe('The archive, once COMPLETE'),
  })
  .meta({ id: 'ZipExport' });

const request = createRoute({
  method: 'post',
  path: `${API_PATH}/exports`,
  tags: ['Exports'],
  summary: `Begin an export of up to ${MAX_EXPORT_ITEMS} files into one ZIP archive, which is kept for a day`,
  request: { body: jsonBody(zipExportRequestSchema) },
  responses: {
    202: json(zipExportSchema, 'The export, which waits'),
    ...errors(...WITH_BODY, 403, 404, 429),
  },
});

const show = createRoute({
  method: 'get',
  path: `${API_PATH}/exports/{exportId}`,
  tags: ['Exports'],
  summary: 'The state of an export, and the link to its archive',
  request: { params: z.strictObject({ exportId }) },
  responses: { 200: json(zipExportSchema, 'The export'), ...NOT_MODIFIED, ...errors(400, 403, 404) },
});

export function addExportRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(request, async ({ req, json, var: { principal } }) => {
    const record = await requestExport(ports, principal, req.valid('json').items);
    return json(viewOf({ record, link: null }), 202);
  });

  app.openapi(show, async ({ req, json, var: { principal } }) => {
    return json(viewOf(await showExport(ports, principal, req.valid('param').exportId)), 200);
  });
}

function viewOf({ record, link }: ShownExport): z.infer<typeof zipExportSchema> {
  const { exportId, state, items, files, leftOut, bytes, createdAt, endedAt, expiresAt } = record;
  const reason = state === 'FAILED' ? reasonOf(record) : null;
  const counts = { items: items.length, files, leftOut, bytes };
  return { exportId, state, ...counts, reason, createdAt, endedAt, expiresAt, link };
}

function reasonOf({ reason }: ExportRecord) {
  return reason && { code: reason.code, message: reason.message };
}
