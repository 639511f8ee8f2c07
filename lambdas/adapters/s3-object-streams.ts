import { PassThrough } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { TransientError } from '../../core/errors.ts';
import type { ObjectStreams } from '../../core/ports.ts';
import { isMissing, wrapAwsErrors } from './aws-errors.ts';
import { inputOf } from './s3-object-store.ts';

/** Objects in S3 that are too large for the memory. */
export function s3ObjectStreams(client: S3Client): ObjectStreams {
  return {
    async open(ref) {
      try {
        const { Body } = await wrapAwsErrors('S3', client.send(new GetObjectCommand(inputOf(ref))));
        return Body && chunksOf(Body as AsyncIterable<Uint8Array>);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async store({ bucket, key }, body, bytes, contentType) {
      if (body.errored) throw body.errored;
      // The SDK must not see an error of the body: it would rethrow it where nobody can catch it.
      const sent = body.pipe(new PassThrough());
      const stopping = new AbortController();
      let failure: Error | undefined;
      body.on('error', (error: Error) => {
        failure = error;
        stopping.abort();
      });
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: sent,
        ContentLength: bytes,
        ContentType: contentType,
      });
      try {
        await wrapAwsErrors('S3', client.send(command, { abortSignal: stopping.signal }));
      } catch (error) {
        throw failure ?? error;
      } finally {
        sent.destroy();
      }
    },
  };
}

async function* chunksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new TransientError('CONNECTION_LOST', 'S3 ended the connection before the end of an object.', {
      cause,
    });
  }
}
