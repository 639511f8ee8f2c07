import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import { CHECK_ROLE_TAG } from './check-names.ts';
import type { DeliveredStage } from './delivered-stage.ts';

/** The installation takes two minutes, and the samples may take five. */
const TIMEOUT = Duration.minutes(20);

/** Runs `npm run test:deployed` (test/heavy/deployed) against the stage that was just deployed. */
export function endToEndCheck(source: IFileSetProducer, stage: DeliveredStage): CodeBuildStep {
  const { config } = stage;
  return new CodeBuildStep('EndToEndCheck', {
    input: source,
    envFromCfnOutputs: {
      SOURCE_BUCKET: stage.output('SourceBucketName'),
      PROCESSED_BUCKET: stage.output('ProcessedBucketName'),
      CATALOG_TABLE: stage.output('CatalogTableName'),
      CHECK_ROLE_ARN: stage.output('CheckRoleArn'),
    },
    env: { DEPLOYED_IN: config.region ?? '' },
    installCommands: ['npm ci --no-audit --no-fund'],
    commands: [
      [
        'npm run -s test:deployed --',
        '--source-bucket "$SOURCE_BUCKET"',
        '--processed-bucket "$PROCESSED_BUCKET"',
        '--catalog-table "$CATALOG_TABLE"',
        '--role "$CHECK_ROLE_ARN"',
        '--region "$DEPLOYED_IN"',
      ].join(' '),
    ],
    rolePolicyStatements: [mayTakeCheckRole(stage)],
    timeout: TIMEOUT,
  });
}

/** CloudFormation chooses the end of the role's name, so a pattern and the role's tag identify it. */
function mayTakeCheckRole({ config }: DeliveredStage): PolicyStatement {
  return new PolicyStatement({
    actions: ['sts:AssumeRole'],
    resources: [`arn:${Aws.PARTITION}:iam::${config.account}:role/Darkroom-${config.stage}-Check*`],
    conditions: { StringEquals: { [`iam:ResourceTag/${CHECK_ROLE_TAG.key}`]: CHECK_ROLE_TAG.value } },
  });
}
