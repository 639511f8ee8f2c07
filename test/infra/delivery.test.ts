import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeployedSettings } from '../../core/settings.ts';
import { all, allowedBy, one, readable, type Template, variablesOf } from '../support/synthesise.ts';
import {
  ACCOUNT,
  actionsOf,
  CONNECTION,
  DELIVERY,
  type Delivery,
  PROD_ACCOUNT,
  pipelineOf,
  projectOf,
  projectsOf,
  SPREAD,
  STAGING_ACCOUNT,
  synthesiseDelivery,
} from './delivered.ts';

/** The usual beginning: everything in one account. */
const simple = synthesiseDelivery({ delivery: DELIVERY });
const spread = synthesiseDelivery(SPREAD);

describe('the pipeline', () => {
  it('builds, changes itself, publishes, and deploys to one stage after the other', () => {
    expect(pipelineOf(simple).map(({ Name }) => Name)).toEqual([
      'Source',
      'Build',
      'UpdatePipeline',
      'Assets',
      'dev',
      'staging',
      'prod',
    ]);
  });

  it('checks each stage from end to end after its deployment, and waits for approval before prod', () => {
    const names = (stage: string) => actionsOf(simple, stage).map(({ Name }) => Name);
    expect(names('dev')).toEqual(['Darkroom-dev.Prepare', 'Darkroom-dev.Deploy', 'EndToEndCheck']);
    expect(names('staging')).toEqual([
      'Darkroom-staging.Prepare',
      'Darkroom-staging.Deploy',
      'EndToEndCheck',
    ]);
    expect(names('prod')).toEqual([
      'Approve',
      'Darkroom-prod.Prepare',
      'Darkroom-prod.Deploy',
      'EndToEndCheck',
    ]);
    for (const stage of ['dev', 'staging', 'prod']) {
      const orders = actionsOf(simple, stage).map(({ RunOrder }) => RunOrder);
      expect(new Set(orders).size, 'one after the other').toBe(orders.length);
    }
    expect(actionsOf(simple, 'prod')[0]?.ActionTypeId.Provider).toBe('Manual');
  });

  it('starts with every commit to the branch, which it reads through the connection', () => {
    const source = (delivery: Delivery) => actionsOf(delivery, 'Source')[0];
    expect(source(simple)?.ActionTypeId.Provider).toBe('CodeStarSourceConnection');
    expect(source(simple)?.Configuration).toEqual({
      ConnectionArn: CONNECTION,
      FullRepositoryId: 'example/darkroom',
      BranchName: 'main',
    });
    expect(source(spread)?.Configuration?.BranchName).toBe('release');
    const [[, policy] = ['', undefined]] = all(simple.pipeline, 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith('PipelineSource'),
    );
    // By the name of the ARN, and by the one that CDK knows.
    expect(allowedBy(policy?.Properties.PolicyDocument, simple.pipeline)).toEqual(
      expect.arrayContaining([
        `codeconnections:UseConnection ${CONNECTION}`,
        `codestar-connections:UseConnection ${CONNECTION}`,
      ]),
    );
  });

  it('runs scripts that the project has', () => {
    const { scripts, devDependencies } = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
    );
    const ofTheProject = projectsOf(simple).flatMap(({ commands }) => commands);
    const named = ofTheProject.flatMap(
      (command) => /^npm (?:run (?:-s )?)?(check|test[:\w]*)/.exec(command)?.[1] ?? [],
    );
    expect(new Set(named)).toEqual(new Set(['check', 'test', 'test:deployed']));
    for (const name of named) expect(scripts).toHaveProperty([name]);
    expect(ofTheProject).toContain(`npm install -g aws-cdk@${devDependencies['aws-cdk']}`);
  });

  it('tests before it synthesises itself', () => {
    expect(projectOf(simple, 'PipelineBuildSynthCdkBuildProject').commands).toEqual([
      'npm ci --no-audit --no-fund',
      'npm run check',
      'npm test',
      "npx cdk synth --quiet --app 'npx --no -- node bin/pipeline.ts'",
      // cdk-assets cannot read the newest version of the manifests, whose schema for assets is the same.
      `find cdk.out -name '*.assets.json' -exec sed -i 's/"version": "55\\./"version": "54./' {} +`,
    ]);
  });

  it('has Docker only where container images are built', () => {
    const privileged = (delivery: Delivery) =>
      projectsOf(delivery)
        .filter(({ isPrivileged }) => isPrivileged)
        .map(({ id }) => id);
    expect(privileged(simple)).toEqual([expect.stringMatching(/^PipelineAssetsDockerAsset/)]);
    const withoutDocker = synthesiseDelivery({ packaging: 'zip', delivery: DELIVERY });
    expect(privileged(withoutDocker)).toEqual([]);
  });

  it('builds images on the architecture of the functions, if all stages have the same', () => {
    const builders = (delivery: Delivery) =>
      projectsOf(delivery)
        .filter(({ id }) => id.startsWith('PipelineAssetsDocker'))
        .map(({ type, image }) => [type, image]);
    expect(builders(simple)).toEqual([['ARM_CONTAINER', 'aws/codebuild/amazonlinux-aarch64-standard:4.0']]);
    // The Dockerfile also builds for the other architecture.
    expect(builders(spread)).toEqual(Array(2).fill(['LINUX_CONTAINER', 'aws/codebuild/standard:8.0']));
    expect(projectOf(simple, 'PipelineBuildSynthCdkBuildProject').type).toBe('LINUX_CONTAINER');
  });
});

describe('the artifacts', () => {
  it.each([
    ['with the key of S3', simple, 'AES256'],
    ['with a key of their own where other accounts read them', spread, 'aws:kms'],
  ])('are private, for a month, over TLS and encrypted %s', (_, { pipeline }, algorithm) => {
    const bucket = one(pipeline, 'AWS::S3::Bucket', 'Artifacts');
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }],
      },
      LifecycleConfiguration: {
        Rules: [expect.objectContaining({ ExpirationInDays: 30, Status: 'Enabled' })],
      },
    });
    const { PolicyDocument } = one(pipeline, 'AWS::S3::BucketPolicy', 'ArtifactsPolicy');
    expect((PolicyDocument as { Statement: unknown[] }).Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(all(pipeline, 'AWS::KMS::Key')).toHaveLength(algorithm === 'aws:kms' ? 1 : 0);
  });

  it('are kept as long in the regions of other stages', () => {
    expect(simple.support).toEqual([]);
    expect(spread.support).toHaveLength(1);
    const [[, bucket] = ['', undefined]] = all(spread.support[0] as Template, 'AWS::S3::Bucket');
    expect(bucket?.Properties.LifecycleConfiguration).toMatchObject({ Rules: [{ ExpirationInDays: 30 }] });
  });
});

describe('the stages', () => {
  it('are the deployments of bin/app.ts, each with its own settings', () => {
    expect([...spread.deployed.keys()]).toEqual(['Darkroom-dev', 'Darkroom-staging', 'Darkroom-prod']);
    const pagesOf = (stack: string) => {
      const template = spread.deployed.get(stack) as Template;
      const { Architectures } = one(template, 'AWS::Lambda::Function', 'ProcessorWorkerFunction');
      const { DARKROOM_SETTINGS } = variablesOf(template, 'ProcessorWorkerFunction');
      return [readDeployedSettings(DARKROOM_SETTINGS).limits.maxPages, Architectures];
    };
    expect(pagesOf('Darkroom-dev')).toEqual([7, ['arm64']]);
    expect(pagesOf('Darkroom-staging')).toEqual([8, ['x86_64']]);
    expect(pagesOf('Darkroom-prod')).toEqual([7, ['arm64']]);
    const mailed = [...spread.deployed].filter(([, template]) =>
      JSON.stringify(template).includes('ops@example'),
    );
    expect(mailed.map(([name]) => name)).toEqual(['Darkroom-prod']);
  });

  it('are deployed where their settings say, by the roles of cdk bootstrap there', () => {
    const where = ['dev', 'staging', 'prod'].map((stage) => {
      const deploy = actionsOf(spread, stage).find(({ Name }) => Name.endsWith('.Deploy'));
      return [deploy?.Region ?? 'eu-central-1', readable(deploy?.RoleArn, spread.pipeline)];
    });
    const role = (account: string, region: string) =>
      `arn:aws:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-${region}`;
    expect(where).toEqual([
      ['eu-central-1', role(ACCOUNT, 'eu-central-1')],
      ['eu-central-1', role(STAGING_ACCOUNT, 'eu-central-1')],
      ['eu-west-1', role(PROD_ACCOUNT, 'eu-west-1')],
    ]);
  });
});
