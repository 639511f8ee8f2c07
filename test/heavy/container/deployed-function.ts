import * as z from 'zod';
import {
  type DeployedSettingsJson,
  deployedSettingsSchema,
  SETTINGS_VARIABLE,
} from '../../../core/settings.ts';
import { one, synthesise, variablesOf } from '../../support/synthesise.ts';

const functionSchema = z.object({
  ImageConfig: z.object({ Command: z.array(z.string()) }),
  Timeout: z.number(),
});

export interface DeployedFunction {
  /** The command of the image. */
  command: string[];
  /** The variables that the stack sets. */
  variables: Record<string, string>;
  timeoutMs: number;
}

const template = synthesise({ packaging: 'image' });

/** A function as the stack would deploy it. */
export function deployedFunction(worker: 'Processor' | 'Parts'): DeployedFunction {
  const id = `${worker}WorkerFunction`;
  const { ImageConfig, Timeout } = functionSchema.parse(one(template, 'AWS::Lambda::Function', id));
  return {
    command: ImageConfig.Command,
    variables: variablesOf(template, id),
    timeoutMs: Timeout * 1000,
  };
}

/** The settings of the stack, without the names of its resources. */
export function deployedChoices(): Pick<
  DeployedSettingsJson,
  'limits' | 'maxStarts' | 'maxStartMs' | 'recipes' | 'urlTtlS'
> {
  const { variables } = deployedFunction('Processor');
  const { limits, maxStarts, maxStartMs, recipes, urlTtlS } = deployedSettingsSchema.parse(
    JSON.parse(variables[SETTINGS_VARIABLE] ?? ''),
  );
  return { limits, maxStarts, maxStartMs, recipes, urlTtlS };
}
