import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import {
  CodeBuildStep,
  CodePipeline,
  CodePipelineSource,
  type IFileSetProducer,
  ManualApprovalStep,
} from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import { acceptPipelineFindings } from './accepted.ts';
import { Artifacts, keepForAMonth } from './artifacts.ts';
import { cdkVersion, everyBuilder, imageBuilder, TESTER } from './builders.ts';
import { DeliveredStage } from './delivered-stage.ts';
import type { DeliveryConfig } from './delivery-config.ts';
import { endToEndCheck } from './end-to-end-check.ts';

/** The pipeline synthesises itself and its stages with bin/pipeline.ts, as on any machine. */
const SYNTHESIS = "npx cdk synth --quiet --app 'npx --no -- node bin/pipeline.ts'";

/** The newest release of cdk-assets, which publishes assets. */
const CDK_ASSETS_VERSION = '4.7.3';

/**
 * That release of cdk-assets reads manifests up to version 54, and aws-cdk-lib writes 55. Both versions have the same
 * schema for assets, so only the number needs to change.
 */
const READABLE_MANIFESTS = `find cdk.out -name '*.assets.json' -exec sed -i 's/"version": "55\\./"version": "54./' {} +`;

interface DeliveryStackProps {
  delivery: DeliveryConfig;
  /** In the order of delivery. */
  stages: readonly DarkroomConfig[];
}

/**
 * The pipeline that delivers every commit. It tests and synthesises it, updates itself, and deploys to one stage after
 * the other. After each stage the end-to-end check must pass, and before prod somebody must approve.
 */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { delivery, stages }: DeliveryStackProps) {
    const { account, region, repository, branch, connectionArn } = delivery;
    super(scope, id, {
      description: 'Delivers Darkroom, a serverless image pipeline',
      env: { account, region },
    });
    Tags.of(this).add('project', 'darkroom');

    const isForOthers = stages.some((stage) => stage.account !== account);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    accept(logGroup, ['CKV_AWS_158'], "Encrypted with CloudWatch's own key; builds print no secret.");
    // CDK's types predate exactOptionalPropertyTypes: its classes have optional fields where its interfaces expect undefined.
    const artifacts = new Artifacts(this, 'Artifacts', isForOthers) as IBucket;
    const source = CodePipelineSource.connection(repository, branch, { connectionArn }) as IFileSetProducer;
    const synth = new CodeBuildStep('Synth', {
      input: source,
      installCommands: ['npm ci --no-audit --no-fund'],
      commands: ['npm run check', 'npm test', SYNTHESIS, READABLE_MANIFESTS],
      primaryOutputDirectory: 'cdk.out',
      buildEnvironment: TESTER,
    }) as IFileSetProducer;
    const pipeline = new CodePipeline(this, 'Pipeline', {
      pipelineName: id,
      pipelineType: PipelineType.V2,
      synth,
      artifactBucket: artifacts,
      crossAccountKeys: isForOthers,
      enableKeyRotation: isForOthers,
      cliVersion: cdkVersion(),
      cdkAssetsCliVersion: CDK_ASSETS_VERSION,
      codeBuildDefaults: everyBuilder(logGroup),
      assetPublishingCodeBuildDefaults: { buildEnvironment: imageBuilder(stages) },
    });
    for (const config of stages) {
      const stage = new DeliveredStage(this, config);
      pipeline.addStage(stage, {
        pre: config.stage === 'prod' ? [new ManualApprovalStep('Approve')] : [],
        post: [endToEndCheck(source, stage)],
      });
    }
    pipeline.buildPipeline();
    allowNewConnections(pipeline, connectionArn);
    acceptPipelineFindings(pipeline, isForOthers);
    // CDK makes a stack with a bucket in every other region of a stage.
    for (const { replicationBucket } of Object.values(pipeline.pipeline.crossRegionSupport)) {
      if (replicationBucket instanceof Bucket) keepForAMonth(replicationBucket);
    }
  }
}

/**
 * CDK grants the use of the connection under the old name, codestar-connections. AWS requires the name in the ARN.
 *
 * @see https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
 */
function allowNewConnections({ node }: CodePipeline, connectionArn: string): void {
  const roles = node.findAll().filter((construct) => construct instanceof Role);
  for (const role of roles.filter(({ node: { path } }) => path.includes('/Source/'))) {
    role.addToPolicy(
      new PolicyStatement({ actions: ['codeconnections:UseConnection'], resources: [connectionArn] }),
    );
  }
}
