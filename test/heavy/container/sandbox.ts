import { setTimeout as pause } from 'node:timers/promises';
import { type Ending, startContainer } from './container.ts';
import { startRuntimeApi } from './runtime-api.ts';

/** Lambda's limit is ten seconds. A busy machine that starts containers may need more. */
const INIT_TIMEOUT_MS = 30_000;

/** The function ran into its time limit, and its sandbox was killed. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The sandbox ended by itself, or was killed for its memory. */
class SandboxEndedError extends Error {
  override readonly name = 'SandboxEndedError';
  readonly ending: Ending;

  constructor(ending: Ending, output: string) {
    super(`the container ended with ${ending.exitCode}: ${output.slice(-2000)}`);
    this.ending = ending;
  }
}

export interface Sandbox {
  /** From the start of the container to the first request for an event. */
  initMs: number;
  /**
   * Passes it an event, and kills it if it does not answer in time.
   *
   * @throws FunctionError as the function reports it; SandboxEndedError; TimeoutError
   */
  invoke(event: unknown, timeoutMs: number): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts the image as Lambda would, and waits until it requests an event.
 *
 * @throws FunctionError if its start reports an error
 */
export async function startSandbox(
  command: readonly string[],
  variables: Record<string, string>,
): Promise<Sandbox> {
  const api = await startRuntimeApi();
  const startedAtMs = performance.now();
  const container = await startContainer(command, { ...variables, AWS_LAMBDA_RUNTIME_API: api.address });
  const endedEarly = container.ended.then((ending) => {
    throw new SandboxEndedError(ending, container.output());
  });
  const close = async () => {
    await container.kill();
    await api.close();
  };
  const isReady = new AbortController();
  try {
    await Promise.race([api.ready, endedEarly, runOut(INIT_TIMEOUT_MS, isReady.signal)]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    isReady.abort();
  }
  const initMs = performance.now() - startedAtMs;

  async function invoke(event: unknown, timeoutMs: number): Promise<unknown> {
    const answered = new AbortController();
    try {
      const deadline = new Date(Date.now() + timeoutMs);
      const time = runOut(timeoutMs, answered.signal);
      return await Promise.race([api.invoke(event, deadline), endedEarly, time]);
    } catch (error) {
      if (error instanceof TimeoutError) await container.kill();
      throw error;
    } finally {
      answered.abort();
    }
  }

  return { initMs, invoke, close };
}

async function runOut(timeoutMs: number, answered: AbortSignal): Promise<never> {
  await pause(timeoutMs, undefined, { signal: answered });
  throw new TimeoutError(`no answer within ${timeoutMs} ms`);
}
