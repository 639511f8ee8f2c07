import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, TransientError, UnprocessableImageError } from '../../../../core/errors.ts';
import { recipeSchema } from '../../../../core/recipe.ts';
import { lambdaClient } from '../../../../lambdas/adapters/clients.ts';
import { pixelsFunction } from '../../../../lambdas/adapters/pixels-function.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startScripted,
} from '../../../support/emulators/scripted-server.ts';
import { fullRecord, idFrom } from '../../../support/record-factory.ts';

const record = fullRecord(idFrom('shown'));
let server: ScriptedServer | undefined;

beforeEach(() => stubAwsEnvironment({}));
afterEach(() => server?.close());

async function functionAnswering(answer: ScriptedAnswer) {
  server = await startScripted(answer);
  stubAwsEnvironment({ AWS_ENDPOINT_URL: server.url });
  return pixelsFunction(lambdaClient(), { pixelsFunctionName: 'Pixels', classifyFunctionName: 'Classify' });
}

async function ask(answer: ScriptedAnswer) {
  return (await functionAnswering(answer)).makeView(record);
}

describe('the pixels function', () => {
  it('is asked for the image, and answers with its record', async () => {
    expect(await ask({ status: 200, body: JSON.stringify({ record }) })).toEqual(record);
    expect(server?.requests.map((body) => JSON.parse(body))).toEqual([{ imageId: record.imageId }]);
  });

  it('says why an image can’t be shown', async () => {
    const conflict = 'The image can’t be shown.';
    await expect(ask({ status: 200, body: JSON.stringify({ conflict }) })).rejects.toThrow(
      new ConflictError(conflict),
    );
  });

  it('is asked for a trial, and answers with the bytes of the picture or why there are none', async () => {
    const trial = { recipe: recipeSchema.parse({}), isDraft: true };
    const facts = { contentType: 'image/webp', widthPx: 4, heightPx: 3, isDraft: true };
    const body = JSON.stringify({ picture: { ...facts, base64: '/9j/AIA=' } });
    const pixels = await functionAnswering({ status: 200, body });
    const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0x00, 0x80]);
    expect(await pixels.tryRecipe(record, trial)).toEqual({ ...facts, bytes });
    expect(server?.requests.map((text) => JSON.parse(text))).toEqual([{ imageId: record.imageId, trial }]);
    await server?.close();

    const unprocessable = { code: 'PREVIEW_TOO_LARGE', message: 'It has 5 MB.' };
    const refusing = await functionAnswering({ status: 200, body: JSON.stringify({ unprocessable }) });
    await expect(refusing.tryRecipe(record, trial)).rejects.toThrow(
      new UnprocessableImageError('PREVIEW_TOO_LARGE', 'It has 5 MB.'),
    );
  });

  it('that fails, or has no room, may be asked again', async () => {
    const failed = {
      status: 200,
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: '{"errorType":"Error"}',
    };
    await expect(ask(failed)).rejects.toThrow(TransientError);
    await server?.close();
    const throttled = {
      status: 429,
      headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
      body: '{}',
    };
    await expect(ask(throttled)).rejects.toThrow(TransientError);
  });
});
