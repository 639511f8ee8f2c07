import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { type DeployedSettingsJson, SETTINGS_VARIABLE } from '../../../core/settings.ts';
import { type DeployedFunction, deployedFunction } from './deployed-function.ts';
import { FunctionError } from './runtime-api.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

const batchResponse = z.strictObject({
  batchItemFailures: z.array(z.strictObject({ itemIdentifier: z.string() })),
});

interface FunctionChanges {
  /** Settings instead of those of the local deployment. */
  settings?: Partial<DeployedSettingsJson>;
  /** Variables in addition to those of the stack, or instead of them; undefined removes one. */
  variables?: Record<string, string | undefined>;
  timeoutMs?: number;
}

/** A function of the stack in containers: one at a time, and a new one after one that was killed. */
export interface LambdaFunction {
  /** @throws FunctionError, TimeoutError or SandboxEndedError */
  invoke(event: unknown): Promise<unknown>;
  /** As the event source sees it: if the invocation fails, the whole batch has failed. */
  consume(event: SQSEvent): Promise<SQSBatchResponse>;
  /** The failures of `consume`. */
  failures: unknown[];
  /** Starts a container if there is none. */
  start(): Promise<Sandbox>;
  close(): Promise<void>;
}

/** Made when the local deployment's own settings are set: they name resources that the container can reach. */
export function lambdaFunction(worker: 'Processor' | 'Parts', changes: FunctionChanges = {}): LambdaFunction {
  const deployed = deployedFunction(worker);
  const variables = environmentOf(deployed, changes);
  const failures: unknown[] = [];
  let sandbox: Sandbox | undefined;

  async function close(): Promise<void> {
    const closing = sandbox;
    sandbox = undefined;
    await closing?.close();
  }

  async function start(): Promise<Sandbox> {
    sandbox ??= await startSandbox(deployed.command, variables);
    return sandbox;
  }

  async function invoke(event: unknown): Promise<unknown> {
    const { invoke } = await start();
    try {
      return await invoke(event, changes.timeoutMs ?? deployed.timeoutMs);
    } catch (error) {
      if (!(error instanceof FunctionError)) await close();
      throw error;
    }
  }

  async function consume(event: SQSEvent): Promise<SQSBatchResponse> {
    let answer: unknown;
    try {
      answer = await invoke(event);
    } catch (error) {
      failures.push(error);
      return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }
    return batchResponse.parse(answer);
  }

  return { start, invoke, consume, failures, close };
}

/** The environment of a container: the variables of Lambda, those of the stack, and the addresses of our servers. */
function environmentOf(
  { variables }: DeployedFunction,
  { settings, variables: changes }: FunctionChanges,
): Record<string, string> {
  const endpoints = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'));
  const own = JSON.stringify({ ...JSON.parse(process.env[SETTINGS_VARIABLE] ?? ''), ...settings });
  const stack = { ...variables, [SETTINGS_VARIABLE]: own };
  const all = { ...OF_LAMBDA, ...Object.fromEntries(endpoints), ...stack, ...changes };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const OF_LAMBDA = {
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'darkroom',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_LOG_GROUP_NAME: 'darkroom',
  AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  // Nobody receives traces: there is no daemon here.
  AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
};
