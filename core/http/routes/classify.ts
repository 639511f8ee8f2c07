import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import {
  type AskedPicture,
  classifyImages,
  type LabelOutcome,
  MAX_PICTURES,
} from '../../images/classify-images.ts';
import { DEFAULT_MIN_CONFIDENCE, predictionSchema } from '../../labels/classification.ts';
import { LABEL_MODES } from '../../labels/models.ts';
import type { ApiPorts } from '../../ports.ts';
import { fieldsOnly } from '../../validation.ts';
import { errors, json, jsonBody, WITH_BODY } from '../answers.ts';
import { API_PATH, type Api } from '../env.ts';
import { HttpProblemError, problem } from '../problem.ts';
import { imageId } from '../schemas.ts';

export const CLASSIFY_PATH = `${API_PATH}/classify`;

/** The longest body of a request: 4 MB of pictures in base64, and the rest. */
export const MAX_CLASSIFY_BODY_BYTES = 5_600_000;

const picture = z.xor([
  fieldsOnly({ base64: z.base64().min(1).describe('A file of at most 4 MB') }),
  fieldsOnly({ imageId }),
  fieldsOnly({ uploadId: z.string().min(1).max(64).describe('Of an upload that has arrived') }),
]);

export const requestSchema = z
  .strictObject({
    pictures: z.array(picture).min(1).max(MAX_PICTURES).describe('Named ones have at most 10 MB each'),
    mode: z.enum(LABEL_MODES).optional().describe('By default, that of the deployment'),
    minConfidence: z.number().min(0).max(1).default(DEFAULT_MIN_CONFIDENCE),
  })
  .meta({ id: 'Classify' });

const resultSchema = z.union([
  z.strictObject({
    outcome: z
      .enum(['recognised', 'nothing-recognised'])
      .describe('Whether the first prediction reaches `minConfidence`'),
    predictions: z.array(predictionSchema).describe('The most likely classes of ImageNet, at most five'),
    model: z.string(),
    modelSha256: z.string(),
  }),
  z.strictObject({
    error: z.strictObject({ status: z.int(), code: z.string(), message: z.string() }),
  }),
]);

export const classificationsSchema = z
  .strictObject({
    mode: z.enum(LABEL_MODES),
    minConfidence: z.number(),
    results: z.array(resultSchema).describe('An outcome for each picture, in their order'),
  })
  .meta({ id: 'Classifications' });

const classify = createRoute({
  method: 'post',
  path: CLASSIFY_PATH,
  tags: ['Images'],
  summary: 'What pictures show; nothing is stored. The error of a single picture is the answer',
  request: { body: jsonBody(requestSchema) },
  responses: {
    200: json(classificationsSchema, 'An outcome for each picture'),
    ...errors(403, 404, 422, ...WITH_BODY),
  },
});

export function addClassifyRoutes(app: Api, ports: ApiPorts): void {
  app.openapi(classify, async ({ req, json, var: { principal } }) => {
    const { pictures, mode, minConfidence } = req.valid('json');
    const asked = pictures.map(askedPicture);
    const made = await classifyImages(ports, principal, { pictures: asked, mode, minConfidence });
    const [only] = made.outcomes;
    if (made.outcomes.length === 1 && only !== undefined) throwError(only);
    return json({ mode: made.mode, minConfidence, results: made.outcomes }, 200);
  });
}

function askedPicture(asked: z.infer<typeof picture>): AskedPicture {
  return 'base64' in asked ? { bytes: Buffer.from(asked.base64, 'base64') } : asked;
}

function throwError(outcome: LabelOutcome): void {
  if (!('error' in outcome)) return;
  const { status, code, message } = outcome.error;
  throw new HttpProblemError(problem(status, code, message));
}
