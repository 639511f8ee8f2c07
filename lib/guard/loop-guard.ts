import { readFileSync } from 'node:fs';
import type { IPolicyValidationPlugin, PolicyViolation } from 'aws-cdk-lib';
import { type Grant, grantsOf } from './grants.ts';
import { resourcesOf, type Template, textOf } from './template.ts';
import { roleOf, type TriggeredFunction, triggeredBy } from './triggers.ts';

/**
 * Refuses, at synthesis, a function that may write to the bucket that triggers it: its output would trigger it again,
 * without end and at a cost. The guard reads the finished templates, so it sees a permission however it was given. In
 * doubt it refuses. It checks each template on its own and does not see policies of other stacks.
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
  /** What allows it to write; undefined if the function's role is not in the template, so that nothing is known. */
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

/** The actions of a statement that may write, and its resources that may be the bucket. */
function writingPart({ actions, resources, heldBy }: Grant, bucketId: string, template: Template): Grant {
  return {
    actions: actions.filter(mayBeWriting),
    resources: resources.filter((arn) => !isElsewhere(arn, bucketId, template)),
    heldBy,
  };
}

/** Any action of S3 may write unless it begins like a reading one. Of a pattern, the text before a wildcard counts. */
function mayBeWriting(action: string): boolean {
  const [known = ''] = action.toLowerCase().split(/[*?]/);
  if (known.startsWith('s3:')) return !/^s3:(get|list|head|describe)/.test(known);
  return known !== action.toLowerCase() && 's3:'.startsWith(known);
}

/** Whether an ARN certainly names another resource: another bucket by its whole name, or not a bucket. */
function isElsewhere(arn: string, bucketId: string, template: Template): boolean {
  if (arn.startsWith('{')) return true;
  if (/^arn:aws[\w-]*:(?!s3:)[\w-]+:/.test(arn)) return true;
  const [, bucket] = /^arn:aws[\w-]*:s3:::([^/*?]+)(\/|$)/.exec(arn) ?? [];
  return bucket !== undefined && bucket !== textOf({ Ref: bucketId }, template);
}

function violationOf({ bucketId, triggered, grant }: Loop, templatePath: string): PolicyViolation {
  const { functionId, path } = triggered;
  const trigger = `${bucketId} triggers ${functionId} (${path.join(' → ')})`;
  return {
    ruleName: 'no-bucket-loop',
    severity: 'fatal',
    description: grant
      ? `${trigger}, and its role may write there: ${grant.actions.join(', ')} on ${grant.resources.join(', ')}. ` +
        'Its output would trigger it again, without end.'
      : `${trigger}, and its role is not in this template, so what it may write to is unknown.`,
    fix: 'Let it write to another bucket, and grant the actions that it calls on the prefixes that it writes.',
    violatingResources: [{ resourceLogicalId: grant?.heldBy ?? functionId, templatePath, locations: [] }],
  };
}
