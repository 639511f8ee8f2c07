import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isObject } from './template.ts';

/**
 * Accepts findings of the checkers at a resource.
 *
 * @param ruleIds those of checkov (`CKV_…`) go into the resource's metadata, where checkov finds them; all others are
 *   rules of cdk-nag
 * @param reason one sentence
 */
export function accept(construct: IConstruct, ruleIds: readonly string[], reason: string): void {
  for (const id of ruleIds) {
    if (id.startsWith('CKV_')) skipInCheckov(construct, id, reason);
    else Validations.of(construct).acknowledge({ id, reason });
  }
}

/** Accepts, for each resource that is a pattern, that a policy below the construct names it. */
export function acceptPatterns(construct: IConstruct, resources: readonly unknown[], reason: string): void {
  const patterns = resources.map((resource) => flat(resource, construct)).filter((arn) => arn.includes('*'));
  accept(
    construct,
    patterns.map((arn) => `AwsSolutions-IAM5[Resource::${arn}]`),
    reason,
  );
}

function skipInCheckov(construct: IConstruct, id: string, comment: string): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!(resource instanceof CfnResource)) {
    throw new Error(`expected a resource to accept ${id} at, received ${construct.node.path}`);
  }
  const { skip = [] } = (resource.getMetadata('checkov') ?? {}) as { skip?: unknown[] };
  resource.addMetadata('checkov', { skip: [...skip, { id, comment }] });
}

/** A value as cdk-nag writes it in the id of a finding: `<LogicalId.Attribute>/text`. */
function flat(value: unknown, construct: IConstruct): string {
  const visit = (part: unknown): string => {
    if (!isObject(part)) return String(part);
    const [[name, argument] = ['', undefined]] = Object.entries(part);
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
      return argument[1].map(visit).join(String(argument[0]));
    }
    if (name === 'Fn::Sub') return String(argument).replaceAll(/\$\{([^}]+)\}/g, '<$1>');
    return `<${[argument].flat().map(visit).join('.')}>`;
  };
  return visit(Stack.of(construct).resolve(value));
}
