import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { listen } from '../../support/emulators/loopback.ts';

const reportedError = z.object({ errorType: z.string(), errorMessage: z.string() });

/** An error that the function or its start reported through the runtime client. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly errorType: string;

  constructor(report: unknown) {
    const { errorType, errorMessage } = reportedError.parse(report);
    super(errorMessage);
    this.errorType = errorType;
  }
}

export interface RuntimeApi {
  /** Host and port, as in AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /** Resolves when the function first requests an event; rejects with the FunctionError of its start. */
  ready: Promise<void>;
  /** Passes an event to the function, with a deadline, which the caller has to enforce. */
  invoke(event: unknown, deadline: Date): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Lambda's runtime API, which a runtime interface client calls, for one sandbox.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const ready = Promise.withResolvers<void>();
  const invocations = new Map<string, PromiseWithResolvers<unknown>>();
  let idle = Promise.withResolvers<ServerResponse>();

  const server = createServer(async (request, response) => {
    const [id = '', kind] = (request.url ?? '').split('/').slice(-2);
    if (kind === 'next') {
      ready.resolve();
      idle.resolve(response);
      return;
    }
    const body = await json(request);
    const outcome = id === 'init' ? ready : invocations.get(id);
    if (kind === 'response') invocations.get(id)?.resolve(body);
    else outcome?.reject(new FunctionError(body));
    response.writeHead(202).end();
  });
  const { url, close } = await listen(server);

  async function invoke(event: unknown, deadline: Date): Promise<unknown> {
    const id = randomUUID();
    const outcome = Promise.withResolvers<unknown>();
    invocations.set(id, outcome);
    const response = await idle.promise;
    idle = Promise.withResolvers();
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(deadline.getTime()),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:darkroom',
      'lambda-runtime-trace-id': `Root=1-${hex(4)}-${hex(12)};Parent=${hex(8)};Sampled=1`,
    });
    response.end(JSON.stringify(event));
    return outcome.promise;
  }

  return { address: new URL(url).host, ready: ready.promise, invoke, close };
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
