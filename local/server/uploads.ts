import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { imageIdOf } from '../../core/names.ts';
import { uploadBody } from '../../core/pipeline/messages/tasks.ts';
import type { Source } from '../../core/pipeline/record.ts';
import type { TaskQueue, UploadGrant } from '../../core/ports.ts';
import type { PartialFile } from '../adapters/atomic-write.ts';
import { storageError } from '../adapters/storage-errors.ts';
import type { UploadFolder } from '../adapters/upload-folder.ts';
import { type UploadForms, UploadRefusedError } from '../adapters/upload-forms.ts';
import { boundaryOf, collect, formParts, MalformedFormError } from './multipart.ts';

export interface UploadServer {
  bucket: string;
  forms: UploadForms;
  folder: UploadFolder;
  queue: TaskQueue;
}

/** S3 admits 20 KB for everything before the file. */
const MAX_FIELD_BYTES = 20_480;

/**
 * Takes a filled-in form, and sends its file to be processed. The file is on the disk then.
 *
 * @throws UploadRefusedError where the form does not admit it; TransientError where it can't be stored
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function receiveUpload(server: UploadServer, request: IncomingMessage): Promise<Source> {
  const boundary = boundaryOf(request.headers['content-type']);
  if (boundary === undefined) {
    const message = 'Bucket POST must be of the enclosure-type multipart/form-data';
    throw new UploadRefusedError(412, 'PreconditionFailed', message);
  }
  if (request.headers['content-length'] === undefined) {
    throw new UploadRefusedError(
      411,
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
    );
  }
  try {
    // An answer may come before the form has ended, so the connection stays open.
    return await receiveForm(server, request.iterator({ destroyOnReturn: false }), boundary);
  } catch (error) {
    if (!(error instanceof MalformedFormError)) throw error;
    throw new UploadRefusedError(400, 'MalformedPOSTRequest', error.message);
  }
}

async function receiveForm(
  server: UploadServer,
  body: AsyncIterable<Buffer>,
  boundary: string,
): Promise<Source> {
  const fields = new Map<string, string>();
  let leftBytes = MAX_FIELD_BYTES;
  for await (const { name, content } of formParts(body, boundary)) {
    // S3 ignores every field after the file.
    if (name === 'file') return receiveFile(server, server.forms.check(fields), content);
    const value = await collect(content, leftBytes);
    leftBytes -= name.length + value.length;
    fields.set(name, value.toString());
  }
  server.forms.check(fields);
  throw new UploadRefusedError(400, 'InvalidArgument', 'POST requires exactly one file upload per request.');
}

async function receiveFile(
  { bucket, folder, queue }: UploadServer,
  grant: UploadGrant,
  content: AsyncIterable<Buffer>,
): Promise<Source> {
  const file = await folder.begin();
  try {
    const { versionId, bytes } = await copy(content, file, grant.maxBytes);
    const { key, contentType, metadata } = grant;
    const source: Source = { bucket, key, versionId, bytes, modifiedAt: new Date().toISOString() };
    await folder.keep(file, { key, imageId: imageIdOf(source), contentType, metadata });
    await queue.send('ingest', [uploadBody(source)]);
    return source;
  } catch (error) {
    throw storageError(error, `store the upload ${grant.key}`);
  } finally {
    await file.discard();
  }
}

/** @throws UploadRefusedError where there are more bytes than that, or none */
async function copy(
  content: AsyncIterable<Buffer>,
  file: PartialFile,
  maxBytes: number,
): Promise<{ versionId: string; bytes: number }> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      const message = 'Your proposed upload exceeds the maximum allowed size';
      throw new UploadRefusedError(400, 'EntityTooLarge', message);
    }
    sha256.update(chunk);
    await file.write(chunk);
  }
  if (bytes === 0) {
    const message = 'Your proposed upload is smaller than the minimum allowed size';
    throw new UploadRefusedError(400, 'EntityTooSmall', message);
  }
  await file.sync();
  return { versionId: sha256.digest('hex'), bytes };
}
