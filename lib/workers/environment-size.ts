import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { configurationError } from '../config/read-config.ts';
import { isObject } from '../guard/template.ts';

/** Lambda's limit on the variables of a function. It measures their JSON, so each quotation mark counts twice. */
const MAX_ENVIRONMENT_BYTES = 4096;

/** The longest text around the stack's name and the resource's id in a name, URL or ARN that CloudFormation makes. */
const AROUND_A_NAME_BYTES = 75;

/**
 * Checks the variables of a function against Lambda's limit. A name that is made at deployment counts with the most
 * bytes that it can have.
 *
 * @throws InvalidInputError if the variables are too large
 */
export function checkEnvironmentSize(scope: IConstruct, variables: Record<string, string>): void {
  const { stackName } = Stack.of(scope);
  const bytes = bytesOf(Stack.of(scope).resolve(variables), AROUND_A_NAME_BYTES + stackName.length);
  if (bytes <= MAX_ENVIRONMENT_BYTES) return;
  throw configurationError(
    `recipes: expected the settings of a function to fit into Lambda's ${MAX_ENVIRONMENT_BYTES} bytes, received ` +
      `${bytes}. Shorten the recipes by ${bytes - MAX_ENVIRONMENT_BYTES} bytes of JSON, each quotation mark counted twice`,
  );
}

function bytesOf(value: unknown, nameBytes: number): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + bytesOf(part, nameBytes), 0);
  if (!isObject(value)) return Buffer.byteLength(JSON.stringify(String(value))) - 2;
  const { Ref: reference, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
  if (reference !== undefined || attribute !== undefined)
    return nameBytes + String(reference ?? attribute).length;
  if (join !== undefined) return bytesOf(join, nameBytes);
  // `"name":"…",` around each value.
  return Object.entries(value).reduce(
    (sum, [name, each]) => sum + name.length + 6 + bytesOf(each, nameBytes),
    1,
  );
}
