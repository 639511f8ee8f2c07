import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { accept, acceptPatterns } from '../guard/accept.ts';
import { listOf } from '../guard/template.ts';

/** Why roles of the pipeline name actions and resources by patterns. Any other pattern ends the synthesis. */
const REASONS: readonly [pattern: RegExp, reason: string][] = [
  [/^(s3|kms):/, 'Only on the artifacts and their key, as CDK grants the use of a bucket.'],
  [
    /(Artifacts\w*Arn|eplicationbucket\w*)\/\*$/,
    'The objects of the artifacts; the pipeline chooses their names.',
  ],
  [
    /:log-group:\/aws\/codebuild\//,
    'CDK also grants the default log group of CodeBuild, which these projects do not use.',
  ],
  [/:report-group\//, 'Test reports, which CodeBuild names after the project.'],
  [/:role\/\*$/, 'Only the roles of cdk bootstrap: a condition asks for their tag.'],
  [
    /:role\/Darkroom-\w+-Check\*$/,
    'CloudFormation chooses the end of its name; a condition asks for its tag.',
  ],
  [/^\*$/, 'Lists stacks and buckets, or starts builds: CDK grants that only to its own steps.'],
];

/**
 * Accepts what checkers find at the roles and projects that CDK makes for a pipeline, each finding with its reason.
 *
 * @param haveKey whether the artifacts are encrypted with a key in KMS, which the projects then use as well
 */
export function acceptPipelineFindings(scope: IConstruct, haveKey: boolean): void {
  for (const policy of scope.node.findAll().filter((construct) => construct instanceof CfnPolicy)) {
    const { Statement } = Stack.of(policy).resolve(policy.policyDocument) as { Statement: StatementJson[] };
    for (const action of Statement.flatMap(({ Action }) => listOf(Action)).map(String)) {
      const reason = action.includes('*') && reasonFor(action);
      if (reason) accept(policy, [`AwsSolutions-IAM5[Action::${action}]`], reason);
    }
    for (const resource of Statement.flatMap(({ Resource }) => listOf(Resource))) {
      const reason = reasonFor(textIn(resource));
      if (reason) acceptPatterns(policy, [resource], reason);
    }
    if (Statement.some(writesAnywhere)) {
      const reason = 'CDK starts its own builds and uses keys of other regions, and can name neither.';
      accept(policy, ['CKV_AWS_111'], reason);
    }
  }
  if (haveKey) return;
  const reason = 'The output of a project goes into the artifacts, and these are encrypted.';
  accept(scope, ['AwsSolutions-CB4'], reason);
}

interface StatementJson {
  Action?: unknown;
  Resource?: unknown;
}

function writesAnywhere({ Action, Resource }: StatementJson): boolean {
  const isReading = (action: unknown) => /:(Describe|List|(Batch)?Get)/.test(String(action));
  return listOf(Resource).includes('*') && !listOf(Action).every(isReading);
}

/** The text in an ARN, including the ids of resources. */
function textIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(textIn).join('');
}

function reasonFor(text: string): string | undefined {
  return REASONS.find(([pattern]) => pattern.test(text))?.[1];
}
