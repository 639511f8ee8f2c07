import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Template } from './synthesis.ts';
import { CACHE } from './tools.ts';

/** A flawed template. It is checked with the others and proves that the checkers can fail. */
export const FLAWED_FILE = join(CACHE, 'flawed.template.json');

/** What each checker must find in it, and a finding that it accepts although it is no flaw. */
export const FLAWS = {
  cfnLint: ['E3012', 'E1010'],
  checkov: ['CKV_AWS_20', 'CKV_AWS_107', 'CKV_AWS_27'],
  stale: ['EncryptedTopic CKV_AWS_26'],
};

export const FLAWED: Template = {
  Resources: {
    PublicBucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        AccessControl: 'PublicRead',
        VersioningConfiguration: { Status: 'Enabled' },
        Tags: [{ Key: 'of', Value: { 'Fn::GetAtt': ['Nowhere', 'Arn'] } }],
      },
    },
    OpenQueue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'long' } },
    EncryptedTopic: {
      Type: 'AWS::SNS::Topic',
      Properties: { KmsMasterKeyId: 'alias/aws/sns' },
      Metadata: { checkov: { skip: [{ id: 'CKV_AWS_26', comment: 'It would be no flaw.' }] } },
    },
    AnybodysPolicy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        },
      },
    },
  },
};

export async function writeFlawed(): Promise<void> {
  await mkdir(dirname(FLAWED_FILE), { recursive: true });
  await writeFile(FLAWED_FILE, JSON.stringify(FLAWED, undefined, 1));
}
