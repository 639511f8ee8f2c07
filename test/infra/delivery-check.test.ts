import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import { deliverySchema, readDelivered, readDelivery } from '../../lib/delivery/delivery-config.ts';
import { allowedBy, one, readable, type Template } from '../support/synthesise.ts';
import {
  ACCOUNT,
  actionsOf,
  DELIVERY,
  PROD_ACCOUNT,
  projectOf,
  SPREAD,
  STAGING_ACCOUNT,
  synthesiseDelivery,
} from './delivered.ts';

const spread = synthesiseDelivery(SPREAD);

/** What a role may do, except for its log and its reports. */
function permissionsOf(template: Template, role: string): string[] {
  const { PolicyDocument } = one(template, 'AWS::IAM::Policy', `${role}RoleDefaultPolicy`);
  return allowedBy(PolicyDocument, template).filter((line) => !/^(logs|codebuild):/.test(line));
}

describe('the end-to-end check', () => {
  it('gets the outputs of the deployment, and its region', () => {
    const [check] = actionsOf(spread, 'prod').filter(({ Name }) => Name === 'EndToEndCheck');
    const variables = JSON.parse(`${check?.Configuration?.EnvironmentVariables}`) as {
      name: string;
      value: string;
    }[];
    expect(
      Object.fromEntries(variables.map(({ name, value }) => [name, value.replace(/#\{[^.]+\./, '#{')])),
    ).toEqual({
      SOURCE_BUCKET: '#{SourceBucketName}',
      PROCESSED_BUCKET: '#{ProcessedBucketName}',
      CATALOG_TABLE: '#{CatalogTableName}',
      CHECK_ROLE_ARN: '#{CheckRoleArn}',
    });
    const { Environment } = one(spread.pipeline, 'AWS::CodeBuild::Project', 'PipelineprodEndToEndCheck');
    expect(Environment).toMatchObject({
      EnvironmentVariables: [{ Name: 'DEPLOYED_IN', Value: 'eu-west-1' }],
    });
    const [, command] = projectOf(spread, 'PipelineprodEndToEndCheck').commands;
    expect(command).toBe(
      'npm run -s test:deployed -- --source-bucket "$SOURCE_BUCKET" --processed-bucket "$PROCESSED_BUCKET"' +
        ' --catalog-table "$CATALOG_TABLE" --role "$CHECK_ROLE_ARN" --region "$DEPLOYED_IN"',
    );
  });

  it.each([
    ['dev', ACCOUNT],
    ['staging', STAGING_ACCOUNT],
    ['prod', PROD_ACCOUNT],
  ])('of %s may only assume the role that was made for it', (stage, account) => {
    const condition = JSON.stringify({ StringEquals: { 'iam:ResourceTag/darkroom:role': 'check' } });
    const others = permissionsOf(spread.pipeline, `Pipeline${stage}EndToEndCheck`).filter(
      (line) => !/ (arn:aws:s3:::)?\{Artifacts(Key)?\}/.test(line),
    );
    expect(others).toEqual([
      `sts:AssumeRole arn:aws:iam::${account}:role/Darkroom-${stage}-Check* if ${condition}`,
    ]);
  });

  it('has a role in every stage, with that name and tag, which the account of the pipeline may assume', () => {
    for (const [stack, template] of spread.deployed) {
      const { AssumeRolePolicyDocument, Tags } = one(template, 'AWS::IAM::Role', 'CheckRole');
      expect(AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow' }],
      });
      const { Statement } = AssumeRolePolicyDocument as { Statement: { Principal: { AWS: unknown } }[] };
      expect(readable(Statement[0]?.Principal.AWS, template)).toBe(`arn:aws:iam::${ACCOUNT}:root`);
      expect(Tags).toContainEqual({ Key: 'darkroom:role', Value: 'check' });
      // CloudFormation begins the role's name with the names of the stack and of the resource.
      const [id] = Object.keys(template.Resources).filter((name) => name.startsWith('CheckRole'));
      expect(`${stack}-${id}`).toMatch(/^Darkroom-\w+-Check/);
      expect(readable(template.Outputs.CheckRoleArn?.Value, template)).toBe('{CheckRole}');
    }
  });

  it('may upload its sample, read the results, and read a record', () => {
    const template = spread.deployed.get('Darkroom-dev') as Template;
    const { PolicyDocument } = one(template, 'AWS::IAM::Policy', 'CheckRoleDefaultPolicy');
    expect(allowedBy(PolicyDocument, template)).toEqual([
      'dynamodb:GetItem {CatalogTable}',
      's3:GetObject arn:aws:s3:::{StorageProcessedBucket}/augmented-images/*/end-to-end-check/*',
      's3:GetObject arn:aws:s3:::{StorageProcessedBucket}/processed/end-to-end-check/*',
      's3:PutObject arn:aws:s3:::{StorageSourceBucket}/end-to-end-check/*',
    ]);
  });
});

describe('the configuration of the delivery', () => {
  const complaint = (delivery: unknown): string => {
    try {
      readDelivery((name) => (name === 'darkroom' ? { delivery } : undefined));
    } catch (error) {
      if (error instanceof InvalidInputError) return error.message;
      throw error;
    }
    return 'no complaint';
  };

  it('says for each setting what was expected, and what was received', () => {
    expect(complaint(DELIVERY)).toBe('no complaint');
    expect(complaint({ ...DELIVERY, connectionArn: 'arn:aws:iam::1:role/x' })).toMatch(
      /darkroom\.delivery\.connectionArn: expected an ARN such as arn:aws:codeconnections:.*, received "arn:aws:iam/,
    );
    expect(complaint({ ...DELIVERY, repository: 'darkroom' })).toMatch(
      /repository: expected owner\/name, received "d/,
    );
    expect(complaint({ ...DELIVERY, brunch: 'main' })).toMatch(
      /brunch: there is no such setting, expected one of repository, branch, connectionArn, account, region/,
    );
    expect(complaint(undefined).match(/expected .*, received undefined/g)).toHaveLength(4);
  });

  it('is not a setting of a deployment, and gives every stage its account, region and checker', () => {
    const contextOf = (name: string) =>
      name === 'darkroom' ? { delivery: DELIVERY, stages: { prod: { region: 'us-east-1' } } } : undefined;
    const delivery = readDelivery(contextOf);
    expect(readDelivered('dev', delivery, contextOf)).toMatchObject({
      stage: 'dev',
      account: ACCOUNT,
      region: 'eu-central-1',
      checkerAccount: ACCOUNT,
    });
    expect(readDelivered('prod', delivery, contextOf)).toMatchObject({
      account: ACCOUNT,
      region: 'us-east-1',
      removal: 'retain',
    });
  });

  it('is explained in docs/delivery.md, setting by setting', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'delivery.md'), 'utf8');
    for (const [name, { description }] of Object.entries(deliverySchema.shape)) {
      expect(page).toContain(`| \`${name}\` | ${description} |`);
    }
  });
});
