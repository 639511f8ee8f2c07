import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { accept, acceptPatterns } from '../guard/accept.ts';
import { listOf } from '../guard/template.ts';

/** Why roles of the pipeline name actions and resources by patterns. One that is not here ends the synthesis. */
const REASONS: readonly [pattern: RegExp, reason: string][] = [
  [/^(s3|kms):/, 'On the artifacts and their key alone, and as CDK grants the use of a bucket.'],
  [
    /(Artifacts\w*Arn|eplicationbucket\w*)\/\*$/,
    'The objects of the artifacts; the pipeline makes up their names.',
  ],
  [
    /:log-group:\/aws\/codebuild\//,
    'CDK also grants the log group that CodeBuild has by default, which these projects do not use.',
  ],
  [/:report-group\//, 'Reports of tests, which CodeBuild names after the project.'],
  [/:role\/\*$/, 'The roles of cdk bootstrap alone: a condition asks for their tag.'],
  [
    /:role\/Darkroom-\w+-Check\*$/,
    'CloudFormation makes up the end of its name; a condition asks for its tag.',
  ],
  [
    /^\*$/,
    'Asks which stacks and buckets there are, or starts builds: CDK grants that to its own steps alone.',
  ],
];

/**
 * Accepts what checkers find at the roles and the projects that CDK makes for a pipeline, each with its reason.
 *
 * @param haveKey whether the artifacts have a key in KMS, which the projects then use for what they make
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
      const reason =
        'CDK starts its own builds and uses keys of other regions, neither of which it can name.';
      accept(policy, ['CKV_AWS_111'], reason);
    }
  }
  if (haveKey) return;
  const reason = 'What a project makes goes into the artifacts, and these are encrypted.';
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

/** What of an ARN is text, names of resources included. */
function textIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(textIn).join('');
}

function reasonFor(text: string): string | undefined {
  return REASONS.find(([pattern]) => pattern.test(text))?.[1];
}
