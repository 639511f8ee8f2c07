import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { asked } from '../../cli/aws/sentences.ts';
import { imageIdOf } from '../../core/names.ts';
import type { ImageRecord } from '../../core/record.ts';
import { dynamoCatalog } from '../../lambdas/shared/dynamo-catalog.ts';
import { expect } from './failure.ts';
import type { Target } from './target.ts';

/** A deployment, as far as the check may see it: uploads, results, and the record of an image. */
export class Deployment {
  readonly #target: Target;
  readonly #s3: S3Client;
  readonly #documents: DynamoDBDocumentClient;

  constructor(target: Target) {
    this.#target = target;
    const { region, roleArn } = target;
    const settings = {
      ...(region === undefined ? {} : { region }),
      ...(roleArn === undefined ? {} : { credentials: asRole(roleArn, region) }),
    };
    // Few emulators answer to `bucket.host`.
    const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
    this.#s3 = new S3Client({ ...settings, forcePathStyle });
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  }

  /** @returns the id that the image has from now on */
  async upload(key: string, bytes: Buffer): Promise<string> {
    const { sourceBucket: bucket } = this.#target;
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes });
    const { VersionId: versionId } = await asked('s3:PutObject', this.#s3.send(command));
    expect(versionId !== undefined, `${bucket} keeps no versions; it is no source bucket of Darkroom.`);
    return imageIdOf({ bucket, key, versionId });
  }

  async read(key: string): Promise<Buffer> {
    const command = new GetObjectCommand({ Bucket: this.#target.processedBucket, Key: key });
    const { Body } = await asked('s3:GetObject', this.#s3.send(command));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Undefined where there is none yet. */
  async record(imageId: string): Promise<ImageRecord | undefined> {
    return dynamoCatalog(this.#documents, this.#target.catalogTable).get(imageId);
  }
}

function asRole(RoleArn: string, region: string | undefined) {
  return fromTemporaryCredentials({
    params: { RoleArn, RoleSessionName: 'end-to-end-check' },
    ...(region === undefined ? {} : { clientConfig: { region } }),
  });
}
