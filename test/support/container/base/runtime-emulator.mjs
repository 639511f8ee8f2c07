import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/*
 * Stands in for the runtime interface emulator that is in the AWS base image: without Lambda around it, the container
 * takes invocations by HTTP on port 8080, one at a time, and hands them to the runtime client, which it starts.
 * https://docs.aws.amazon.com/lambda/latest/dg/images-test.html
 */

const PORT = 8080;
const PATH = '/2015-03-31/functions/function/invocations';
const TIMEOUT_S = Number(process.env.AWS_LAMBDA_FUNCTION_TIMEOUT ?? 300);

/** Resolves with the answer to the client that asks for work. */
let idle = Promise.withResolvers();
/** What is being worked on. */
let current;
let queue = Promise.resolve();

const runtimeApi = createServer(async (request, response) => {
  const [id, kind] = request.url.split('/').slice(-2);
  if (kind === 'next') {
    idle.resolve(response);
    return;
  }
  const body = await text(request);
  if (current?.id === id) current.outcome.resolve({ body, failed: kind === 'error' });
  response.writeHead(202).end();
});

async function invoke(event) {
  const client = await idle.promise;
  idle = Promise.withResolvers();
  current = { id: randomUUID(), outcome: Promise.withResolvers() };
  const [time, parent] = [Math.floor(Date.now() / 1000).toString(16), randomBytes(8).toString('hex')];
  client.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': current.id,
    'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_S * 1000),
    'lambda-runtime-invoked-function-arn':
      process.env._LAMBDA_FUNCTION_ARN ?? 'arn:aws:lambda:::function:local',
    'lambda-runtime-trace-id': `Root=1-${time}-${randomBytes(12).toString('hex')};Parent=${parent};Sampled=0`,
  });
  client.end(event);
  const timeout = setTimeout(() => {
    // As the emulator of AWS has it: a sentence instead of JSON. Nobody can use a runtime that is still at work.
    current.outcome.resolve({
      body: `Task timed out after ${TIMEOUT_S}.00 seconds`,
      failed: true,
      over: true,
    });
  }, TIMEOUT_S * 1000);
  const outcome = await current.outcome.promise;
  clearTimeout(timeout);
  return outcome;
}

const front = createServer(async (request, response) => {
  if (request.method !== 'POST' || request.url !== PATH) {
    response.writeHead(404).end();
    return;
  }
  const event = await text(request);
  const turn = queue.then(() => invoke(event));
  queue = turn;
  const { body, failed, over } = await turn;
  response.writeHead(200, {
    'content-type': 'application/json',
    ...(failed ? { 'X-Amz-Function-Error': 'Unhandled' } : {}),
  });
  response.end(body, () => over && process.exit(1));
});

runtimeApi.listen(0, '127.0.0.1');
await once(runtimeApi, 'listening');
front.listen(PORT);
const runtime = spawn('node', [`${process.env.LAMBDA_RUNTIME_DIR}/index.mjs`], {
  stdio: 'inherit',
  env: {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Functions',
    ...process.env,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${runtimeApi.address().port}`,
  },
});
runtime.once('exit', (code) => process.exit(code ?? 1));
// As the first process of a container, nothing ends it unless it says so.
process.once('SIGTERM', () => process.exit(0));
