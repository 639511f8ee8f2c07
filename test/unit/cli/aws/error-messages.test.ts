import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openClients } from '../../../../cli/aws/clients.ts';
import { findDeployment } from '../../../../cli/aws/deployment.ts';
import { AwsError, messageOf } from '../../../../cli/aws/error-messages.ts';
import { InvalidInputError } from '../../../../core/errors.ts';
import { sqsClient } from '../../../../lambdas/adapters/clients.ts';
import { sqsTaskQueue } from '../../../../lambdas/adapters/sqs-task-queue.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import {
  jsonError,
  type ScriptedAnswer,
  startScripted,
  xmlError,
} from '../../../support/emulators/scripted-server.ts';

let close = async () => {};

beforeEach(() => stubAwsEnvironment({}));
afterEach(async () => {
  vi.unstubAllEnvs();
  await close();
  close = async () => {};
});

/** What the real clients make of an answer, or of none. */
async function errorOf(...script: ScriptedAnswer[]): Promise<unknown> {
  if (script.length > 0) {
    const server = await startScripted(...script);
    close = server.close;
    vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  }
  try {
    await findDeployment(await openClients(), 'Darkroom-dev');
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

const cloudFormationError = (status: number, code: string): ScriptedAnswer => {
  const { body = '', ...answer } = xmlError(status, code);
  return { ...answer, body: `${body.replace('?>', '?><ErrorResponse>')}</ErrorResponse>` };
};

describe('a deployment that can not be looked at', () => {
  it('names the permission that is missing', async () => {
    const error = await errorOf(cloudFormationError(403, 'AccessDenied'));
    expect(error).toBeInstanceOf(AwsError);
    expect(String(error)).toMatch(/need the permission cloudformation:ListStackResources\./);
  });

  it.each(['ExpiredToken', 'InvalidClientTokenId', 'SignatureDoesNotMatch'])(
    'says that the credentials are not accepted: %s',
    async (code) => {
      const error = await errorOf(cloudFormationError(403, code));
      expect(String(error)).toContain(`AWS does not accept the credentials (${code}). Sign in again.`);
    },
  );

  it('says that there are no credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE']) vi.stubEnv(name, '/nowhere');
    expect(String(await errorOf())).toContain('There are no AWS credentials. Set AWS_PROFILE');
  });

  it('says that no region is set', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    const error = await errorOf();
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain('expected a region: set AWS_REGION');
  });

  it('says that nothing answers', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    const message = 'AWS could not be reached for cloudformation:ListStackResources (ECONNREFUSED).';
    expect(String(await errorOf())).toContain(message);
  });

  it('shows every other answer as it is', async () => {
    const error = await errorOf(cloudFormationError(400, 'Odd'));
    expect(String(error)).toContain('AWS answered to cloudformation:ListStackResources: Odd: irrelevant');
  });
});

describe('an error of the ports', () => {
  async function sendError(answer: ScriptedAnswer): Promise<unknown> {
    const server = await startScripted(answer);
    close = server.close;
    vi.stubEnv('AWS_ENDPOINT_URL', server.url);
    return sqsTaskQueue(sqsClient(), {
      ingest: `${server.url}/000000000000/ingest`,
      parts: 'unused',
      exports: 'unused',
    })
      .send('ingest', ['body'])
      .catch((error: unknown) => error);
  }

  it('names the permission as AWS does', async () => {
    const { body = '', ...answer } = jsonError(403, 'AccessDenied');
    const message = 'User: arn:x is not authorized to perform: sqs:sendmessage on resource: arn:y';
    const error = await sendError({ ...answer, body: body.replace('irrelevant', message) });
    expect(messageOf(error)).toMatch(/They need the permission sqs:sendmessage\.$/);
  });

  it('is left as it is where it is none of AWS', () => {
    expect(messageOf(new TypeError('x is not a function'))).toBe(undefined);
    expect(messageOf(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBe(undefined);
    expect(messageOf('text')).toBe(undefined);
  });
});
