import { basename } from 'node:path/posix';
import { attachmentDisposition } from '../../core/content-disposition.ts';
import { HttpProblemError, problem } from '../../core/http/problem.ts';
import type { Clock } from '../../core/ports.ts';
import type { FileStore } from '../adapters/file-store.ts';
import type { LinkedObject, LocalLinks } from '../adapters/local-links.ts';
import { fileResponse } from './file-response.ts';

export interface ObjectServer {
  links: LocalLinks;
  store: FileStore;
  clock: Clock;
  /** Buckets of what people uploaded. Browsers store these objects and never show them. */
  sourceBuckets: readonly string[];
}

/** Whatever an object is, a browser that opens it runs nothing and loads nothing. */
const CONFINED = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
};

/**
 * Answers a GET or HEAD of a signed link.
 *
 * @throws HttpProblemError where the link is not ours or has expired, or the object is gone
 * @throws TransientError where it can't be read
 */
export async function sendObject(server: ObjectServer, request: Request): Promise<Response> {
  const { links, store, clock } = server;
  const link = links.read(new URL(request.url));
  if (link === undefined) {
    throw refusal(403, 'INVALID_LINK', 'The signature of this link is missing or wrong. Ask for a new link.');
  }
  const leftMs = Date.parse(link.expiresAt) - clock.now().getTime();
  if (leftMs <= 0) {
    throw refusal(403, 'LINK_EXPIRED', `This link expired at ${link.expiresAt}. Ask for a new link.`);
  }
  const file = await store.locate(link.ref);
  const headers = {
    ...CONFINED,
    ...headersOf(server, link, leftMs),
    'content-type': file?.contentType ?? '',
  };
  const response =
    file && (await fileResponse(request, { path: file.path, versionId: link.ref.versionId, headers }));
  if (response) return response;
  throw refusal(404, 'NOT_FOUND', 'The object of this link has been deleted or overwritten.');
}

function headersOf({ sourceBuckets }: ObjectServer, { ref, downloadName }: LinkedObject, leftMs: number) {
  const isSource = sourceBuckets.includes(ref.bucket);
  const name = downloadName ?? (isSource ? basename(ref.key) : undefined);
  return {
    'cache-control': `private, max-age=${Math.floor(leftMs / 1000)}`,
    ...(name === undefined ? {} : { 'content-disposition': attachmentDisposition(name) }),
  };
}

function refusal(status: number, code: string, detail: string): HttpProblemError {
  return new HttpProblemError(problem(status, code, detail));
}
