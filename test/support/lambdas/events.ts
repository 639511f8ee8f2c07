import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

/** What Lambda passes to a function about its invocation. */
export function invocationContext(functionName: string): Context {
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '2048',
    awsRequestId: randomUUID(),
    logGroupName: functionName,
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 60_000,
    done() {},
    fail() {},
    succeed() {},
  };
}

/** A batch of messages as the event source hands it to a function. */
export function sqsEvent(eventSourceARN: string, messages: { messageId: string; body: string }[]): SQSEvent {
  return { Records: messages.map((message) => ({ ...emptyRecord(eventSourceARN), ...message })) };
}

/** S3's notification of new objects; keys are encoded as S3 does it. */
export function s3Event(
  ...objects: { bucket: string; key: string; versionId: string; size: number }[]
): string {
  return JSON.stringify({
    Records: objects.map(({ bucket, key, versionId, size }) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-central-1',
      eventTime: new Date().toISOString(),
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
        object: { key: encodedKey(key), size, versionId, sequencer: '0055AED6DCD90281E5' },
      },
    })),
  });
}

function encodedKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

function emptyRecord(eventSourceARN: string): Omit<SQSRecord, 'messageId' | 'body'> {
  return {
    receiptHandle: 'handle',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: 'eu-central-1',
  };
}
