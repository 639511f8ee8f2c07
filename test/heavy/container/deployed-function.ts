import * as z from 'zod';
import { one, synthesise } from '../../infra/synthesise.ts';

const functionSchema = z.object({
  ImageConfig: z.object({ Command: z.array(z.string()) }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  Timeout: z.number(),
});

export interface DeployedFunction {
  /** What the image is started with. */
  command: string[];
  /** The variables that the stack sets; undefined are those that name a resource of the deployment. */
  variables: Record<string, string | undefined>;
  timeoutMs: number;
}

const template = synthesise({ packaging: 'image' });

/** A function as the stack would deploy it. */
export function deployedFunction(stage: 'Processor' | 'Parts'): DeployedFunction {
  const properties = one(template, 'AWS::Lambda::Function', `${stage}WorkerFunction`);
  const { ImageConfig, Environment, Timeout } = functionSchema.parse(properties);
  const variables = Object.entries(Environment.Variables).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : undefined,
  ]);
  return {
    command: ImageConfig.Command,
    variables: Object.fromEntries(variables),
    timeoutMs: Timeout * 1000,
  };
}
