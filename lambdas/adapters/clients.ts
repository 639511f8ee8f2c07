import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tracer } from '../runtime/observability.ts';

/*
 * The SDK takes the region, the credentials and a custom endpoint (AWS_ENDPOINT_URL) from the environment. All attempts
 * of a call together take less time than the function has, so that we can record a failure before Lambda ends it.
 */

const SMALL_CALLS = {
  retryMode: 'standard',
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;

/** Nobody waits for its answer that long, but a first connection that is given up is never made. */
const HASTY_CALLS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_000, throwOnRequestTimeout: true },
} as const;

/** One request transfers a whole object. Once the response has begun, only the socket's time-out applies. */
const OBJECT_CALLS = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 15_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
  },
} as const;

/** From the first byte of a request to the answer; less than the exports worker has. */
const LARGE_OBJECT_MS = 280_000;

/** Lambda answers when the function has ended. A second try would not fit into the time that the API has. */
const INVOCATIONS = {
  retryMode: 'standard',
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 25_000, throwOnRequestTimeout: true },
} as const;

export const stsSettings = SMALL_CALLS;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** A client for objects, with the function's own credentials. */
export function s3Client(): S3Client {
  return tracer.captureAWSv3Client(new S3Client(objectSettings()));
}

/** A client for objects of gigabytes. A body that is streamed can't be sent again, so the message is. */
export function largeObjectClient(): S3Client {
  const settings = objectSettings();
  const requestHandler = { ...OBJECT_CALLS.requestHandler, requestTimeout: LARGE_OBJECT_MS };
  return tracer.captureAWSv3Client(new S3Client({ ...settings, requestHandler }));
}

/** A client that signs links with the given credentials. It is not traced, because it sends no requests. */
export function signingClient(credentials: Credentials): S3Client {
  return new S3Client({ ...objectSettings(), credentials });
}

function objectSettings(): S3ClientConfig {
  return { ...OBJECT_CALLS, forcePathStyle: hasCustomEndpoint() };
}

/** Requests go to the client's endpoint, not to the host in the queue's URL. Otherwise they would not reach an emulator. */
export function sqsClient(): SQSClient {
  return tracer.captureAWSv3Client(new SQSClient({ ...SMALL_CALLS, useQueueUrlAsEndpoint: false }));
}

export function snsClient(): SNSClient {
  return tracer.captureAWSv3Client(new SNSClient(SMALL_CALLS));
}

/** A client for what may be lost and may not delay anything: one short try. */
export function hastySnsClient(): SNSClient {
  return tracer.captureAWSv3Client(new SNSClient(HASTY_CALLS));
}

/** @param endpoint of the stage of the WebSocket API: `https://…` */
export function connectionsClient(endpoint: string): ApiGatewayManagementApiClient {
  return tracer.captureAWSv3Client(new ApiGatewayManagementApiClient({ ...SMALL_CALLS, endpoint }));
}

/** A client for invocations that are waited for; within the 29 s that the API has. */
export function lambdaClient(): LambdaClient {
  return tracer.captureAWSv3Client(new LambdaClient(INVOCATIONS));
}

export function documentClient(): DynamoDBDocumentClient {
  const client = tracer.captureAWSv3Client(new DynamoDBClient(SMALL_CALLS));
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Few emulators answer at `bucket.host`, so behind a custom endpoint the bucket goes into the path. */
function hasCustomEndpoint(): boolean {
  return Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL);
}
