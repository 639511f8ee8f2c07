import { readFileSync } from 'node:fs';
import type { IPolicyValidationPlugin, PolicyViolation } from 'aws-cdk-lib';
import { type Grant, grantsOf } from './grants.ts';
import { resourcesOf, type Template, textOf } from './template.ts';
import { roleOf, type TriggeredFunction, triggeredBy } from './triggers.ts';

/**
 * Refuses at synthesis a function that may write to the bucket that triggers it: what it writes would trigger it
 * again, without end, at a price. It reads the finished templates, so it does not matter how a permission got there.
 * In doubt it refuses. Each template is looked at by itself: a policy of another stack is not seen.
 */
export const loopGuard: IPolicyValidationPlugin = {
  name: 'darkroom-loop-guard',
  ruleIds: ['no-bucket-loop'],
  validate({ templatePaths }) {
    const violations = templatePaths.flatMap((templatePath) => {
      const template = JSON.parse(readFileSync(templatePath, 'utf8')) as Template;
      return loopsIn(template).map((loop) => violationOf(loop, templatePath));
    });
    return { success: violations.length === 0, violations };
  },
};

interface Loop {
  bucketId: string;
  triggered: TriggeredFunction;
  /** What allows the writing; undefined where the function's role is not in the template, so that nobody can tell. */
  grant: Grant | undefined;
}

/** Every function that may write to the bucket that triggers it, with the statements that allow it. */
function loopsIn(template: Template): Loop[] {
  return resourcesOf(template, 'AWS::S3::Bucket').flatMap(([bucketId]) =>
    triggeredBy(bucketId, template).flatMap((triggered): Loop[] => {
      const role = roleOf(triggered.functionId, template);
      if (!role) return [{ bucketId, triggered, grant: undefined }];
      return grantsOf(role, template)
        .map((grant) => writingPart(grant, bucketId, template))
        .filter(({ actions, resources }) => actions.length > 0 && resources.length > 0)
        .map((grant) => ({ bucketId, triggered, grant }));
    }),
  );
}

/** What of a statement may be writing, and may be about the bucket. */
function writingPart({ actions, resources, heldBy }: Grant, bucketId: string, template: Template): Grant {
  return {
    actions: actions.filter(mayBeWriting),
    resources: resources.filter((arn) => !isElsewhere(arn, bucketId, template)),
    heldBy,
  };
}

/** Every action of S3 but those that begin like reading ones; of a pattern, what stands before its first wildcard. */
function mayBeWriting(action: string): boolean {
  const [known = ''] = action.toLowerCase().split(/[*?]/);
  if (known.startsWith('s3:')) return !/^s3:(get|list|head|describe)/.test(known);
  return known !== action.toLowerCase() && 's3:'.startsWith(known);
}

/** Whether an ARN is plainly another resource: another bucket by its whole name, or no bucket at all. */
function isElsewhere(arn: string, bucketId: string, template: Template): boolean {
  if (arn.startsWith('{')) return true;
  if (/^arn:aws[\w-]*:(?!s3:)[\w-]+:/.test(arn)) return true;
  const [, bucket] = /^arn:aws[\w-]*:s3:::([^/*?]+)(\/|$)/.exec(arn) ?? [];
  return bucket !== undefined && bucket !== textOf({ Ref: bucketId }, template);
}

function violationOf({ bucketId, triggered, grant }: Loop, templatePath: string): PolicyViolation {
  const { functionId, way } = triggered;
  const trigger = `${bucketId} triggers ${functionId} (${way.join(' → ')})`;
  return {
    ruleName: 'no-bucket-loop',
    severity: 'fatal',
    description: grant
      ? `${trigger}, and its role may write there: ${grant.actions.join(', ')} on ${grant.resources.join(', ')}. ` +
        'What it writes would trigger it again, without end.'
      : `${trigger}, and its role is made elsewhere: what it may write to is not to be seen here.`,
    fix: 'Let it write to another bucket, and grant the actions that it calls on the prefixes that it writes.',
    violatingResources: [{ resourceLogicalId: grant?.heldBy ?? functionId, templatePath, locations: [] }],
  };
}
