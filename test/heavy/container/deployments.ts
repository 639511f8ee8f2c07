import { vi } from 'vitest';
import { completionEventSchema } from '../../../core/pipeline/messages/completion.ts';
import {
  type Deployment,
  loadSources,
  startDeployment,
  type Upload,
} from '../../support/lambdas/deployment.ts';
import { deployedChoices } from './deployed-function.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** The logs of functions in this process would hide the output of the checks. */
function silence(): void {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
}

/** The pipeline with all its functions in this process, with the limits and recipes of the stack. */
export function deployInProcess(): Promise<Deployment> {
  silence();
  return startDeployment(loadSources, deployedChoices());
}

/** The same pipeline with the functions that handle pixels in containers. */
export async function deployInContainers(
  makeFunctions: () => Record<'processor' | 'parts', Pick<LambdaFunction, 'consume'>>,
): Promise<Deployment> {
  silence();
  return startDeployment(async () => {
    const { processor, parts } = makeFunctions();
    return { ...(await loadSources()), processor: processor.consume, parts: parts.consume };
  }, deployedChoices());
}

export type Completion = Awaited<ReturnType<typeof completionOf>>;

/** The completion event of an upload, checked against its schema, and the outputs that its links lead to. */
export async function completionOf(deployment: Deployment, { imageId }: Upload) {
  const events = await deployment.eventsOf(imageId);
  if (events.length !== 1) throw new Error(`expected one event, received ${JSON.stringify(events)}`);
  const event = completionEventSchema.parse(events[0]);
  const outputs = new Map<string, Buffer>();
  for (const { variant, url } of event.outputs) {
    outputs.set(variant, Buffer.from(await (await fetch(url)).arrayBuffer()));
  }
  return { event, outputs };
}
