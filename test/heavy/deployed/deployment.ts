import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { explainAwsErrors } from '../../../cli/aws/error-messages.ts';
import { imageIdOf } from '../../../core/names.ts';
import type { ImageRecord } from '../../../core/pipeline/record.ts';
import { dynamoCatalog } from '../../../lambdas/adapters/dynamo-catalog.ts';
import { expect } from './failure.ts';
import type { Target } from './target.ts';

const ROLE_TRIES = 10;
const ROLE_TRY_EVERY_MS = 3_000;

interface ClientSettings {
  region: string;
  credentials?: ReturnType<typeof fromTemporaryCredentials>;
}

/** The parts of a deployment that the check may use: uploads, results, and the record of an image. */
export class Deployment {
  readonly #target: Target;
  readonly #s3: S3Client;
  readonly #documents: DynamoDBDocumentClient;

  private constructor(target: Target, settings: ClientSettings) {
    this.#target = target;
    // Few emulators answer at `bucket.host`.
    const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
    this.#s3 = new S3Client({ ...settings, forcePathStyle });
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  }

  /** @throws AwsError if the role cannot be assumed */
  static async open(target: Target): Promise<Deployment> {
    const { region, roleArn } = target;
    const credentials = roleArn === undefined ? {} : { credentials: await takeRole(roleArn, region) };
    return new Deployment(target, { region, ...credentials });
  }

  /** @returns the id of the image */
  async upload(key: string, bytes: Buffer): Promise<string> {
    const { sourceBucket: bucket } = this.#target;
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes });
    const { VersionId: versionId } = await explainAwsErrors('s3:PutObject', this.#s3.send(command));
    expect(versionId !== undefined, `${bucket} keeps no versions; it is no source bucket of Darkroom.`);
    return imageIdOf({ bucket, key, versionId });
  }

  async read(key: string): Promise<Buffer> {
    const command = new GetObjectCommand({ Bucket: this.#target.processedBucket, Key: key });
    const { Body } = await explainAwsErrors('s3:GetObject', this.#s3.send(command));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Undefined if there is no record yet. */
  async record(imageId: string): Promise<ImageRecord | undefined> {
    return dynamoCatalog(this.#documents, this.#target.catalogTable).get(imageId);
  }
}

/** A new role is not known everywhere at once. */
async function takeRole(RoleArn: string, region: string) {
  const credentials = fromTemporaryCredentials({
    params: { RoleArn, RoleSessionName: 'end-to-end-check' },
    clientConfig: { region },
  });
  for (let triesLeft = ROLE_TRIES; triesLeft > 1; triesLeft -= 1) {
    const isTaken = await credentials().then(
      () => true,
      () => false,
    );
    if (isTaken) return credentials;
    await sleep(ROLE_TRY_EVERY_MS);
  }
  await explainAwsErrors('sts:AssumeRole', credentials());
  return credentials;
}
