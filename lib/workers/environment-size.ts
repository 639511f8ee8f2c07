import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { configurationError } from '../config/read-config.ts';
import { isObject } from '../guard/template.ts';

/** Lambda's limit on the variables of a function. It measures their JSON, so each quotation mark counts twice. */
const MAX_ENVIRONMENT_BYTES = 4096;

/** The longest text around the stack's name and the resource's id in a name, URL or ARN that CloudFormation makes. */
const AROUND_A_NAME_BYTES = 75;

/** The most bytes of what AWS knows without a resource. */
const PSEUDO: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Region': 14,
  'AWS::URLSuffix': 16,
};

/** The most bytes of a reference to a resource, where it is certainly shorter. */
const SHORTER: Readonly<Record<string, number>> = {
  'AWS::ApiGatewayV2::Api': 10,
  'AWS::Cognito::UserPool': 55,
  'AWS::Cognito::UserPoolClient': 26,
  'AWS::S3::Bucket': 63,
  // `arn:aws-us-gov:iam::111122223333:role/` and a name of at most 64 characters.
  'AWS::IAM::Role': 102,
};

/**
 * Checks the variables of a function against Lambda's limit. A name that is made at deployment counts with the most
 * bytes that it can have.
 *
 * @throws InvalidInputError if the variables are too large
 */
export function checkEnvironmentSize(scope: IConstruct, variables: Record<string, string>): void {
  const { stackName } = Stack.of(scope);
  const shorter = shorterOf(scope);
  const nameBytes = (id: string) =>
    shorter.get(id) ?? PSEUDO[id] ?? AROUND_A_NAME_BYTES + stackName.length + id.length;
  const bytes = bytesOf(Stack.of(scope).resolve(variables), nameBytes);
  if (bytes <= MAX_ENVIRONMENT_BYTES) return;
  throw configurationError(
    `recipes: expected the settings of a function to fit into Lambda's ${MAX_ENVIRONMENT_BYTES} bytes, received ` +
      `${bytes}. Shorten the recipes by ${bytes - MAX_ENVIRONMENT_BYTES} bytes of JSON, each quotation mark counted twice`,
  );
}

/** By logical id. */
function shorterOf(scope: IConstruct): ReadonlyMap<string, number> {
  const stack = Stack.of(scope);
  const resources = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  return new Map(
    resources.flatMap((resource) => {
      const bytes = SHORTER[resource.cfnResourceType];
      return bytes === undefined ? [] : [[String(stack.resolve(resource.logicalId)), bytes]];
    }),
  );
}

function bytesOf(value: unknown, nameBytes: (id: string) => number): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + bytesOf(part, nameBytes), 0);
  if (!isObject(value)) return Buffer.byteLength(JSON.stringify(String(value))) - 2;
  const { Ref: reference, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
  if (reference !== undefined || attribute !== undefined) return nameBytes(String(reference ?? attribute));
  if (join !== undefined) return bytesOf(join, nameBytes);
  // `"name":"…",` around each value.
  return Object.entries(value).reduce(
    (sum, [name, each]) => sum + name.length + 6 + bytesOf(each, nameBytes),
    1,
  );
}
