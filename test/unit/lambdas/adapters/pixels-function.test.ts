import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, TransientError } from '../../../../core/errors.ts';
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

async function ask(answer: ScriptedAnswer) {
  server = await startScripted(answer);
  stubAwsEnvironment({ AWS_ENDPOINT_URL: server.url });
  return pixelsFunction(lambdaClient(), 'Pixels').makeView(record);
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
