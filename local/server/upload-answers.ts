import type { IncomingMessage } from 'node:http';
import { TransientError } from '../../core/errors.ts';
import { UploadRefusedError } from '../adapters/upload-forms.ts';
import { receiveUpload, type UploadServer } from './uploads.ts';

/**
 * The answer to a form, in S3's words: 204, or an error as XML.
 *
 * @param onError called with what ends as 500 or 503
 */
export async function answerUpload(
  server: UploadServer,
  request: IncomingMessage,
  onError: (error: unknown) => void,
): Promise<Response> {
  try {
    const { versionId } = await receiveUpload(server, request);
    return new Response(null, { status: 204, headers: { etag: `"${versionId}"` } });
  } catch (error) {
    if (error instanceof UploadRefusedError) return refusal(error.status, error.code, error.message);
    // The client has gone, and nobody reads this.
    if (request.destroyed && !request.complete)
      return refusal(400, 'RequestTimeout', 'The form ended early.');
    onError(error);
    if (error instanceof TransientError) return refusal(503, 'ServiceUnavailable', error.message);
    return refusal(500, 'InternalError', 'We encountered an internal error. Please try again.');
  }
}

function refusal(status: number, code: string, message: string): Response {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return new Response(xml, { status, headers: { 'content-type': 'application/xml' } });
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
