import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Loopback, listen } from './loopback.ts';
import { type StoredVersion, VersionedBucket } from './s3-store.ts';

/*
 * The few calls of S3 that the adapter makes, as S3 answers them: versions, conditions, listings in pages, deletes
 * of many. No S3 server of npm's keeps versions.
 */

/** Keys under it are forbidden, as where a policy denies them. */
export const FORBIDDEN_PREFIX = 'forbidden/';

/** Small, so that every listing takes several pages. */
const PAGE_SIZE = 7;

interface S3Request {
  method: string;
  bucket: VersionedBucket;
  key: string;
  query: URLSearchParams;
  request: IncomingMessage;
}

/** An S3 server with buckets that come into being when they are named; every one is versioned. */
export function startS3(): Promise<Loopback> {
  const buckets = new Map<string, VersionedBucket>();
  const server = createServer(async (request, response) => {
    // Taken apart by hand: a URL would resolve the `..` that a key may hold.
    const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s);
    const [, bucketName = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
    const bucket = buckets.get(bucketName) ?? new VersionedBucket();
    buckets.set(bucketName, bucket);
    const query = new URLSearchParams(search);
    const method = request.method ?? '';
    await answer({ method, bucket, key: decodeURIComponent(key), query, request }, response);
  });
  return listen(server);
}

async function answer(call: S3Request, response: ServerResponse): Promise<void> {
  const { method, key, query, request } = call;
  const signed = request.headers.authorization ?? query.get('X-Amz-Signature');
  if (!signed || key.startsWith(FORBIDDEN_PREFIX)) refuse(response, method, 403, 'AccessDenied');
  else if (query.has('X-Amz-Date') && hasExpired(query)) refuse(response, method, 403, 'AccessDenied');
  else if (query.has('versions')) listVersions(call, response);
  else if (query.has('delete')) await deleteObjects(call, response);
  else if (method === 'PUT') await putObject(call, response);
  else if (method === 'DELETE') deleteObject(call, response);
  else getObject(call, response);
}

/** An upload that is broken off leaves nothing. */
async function putObject({ bucket, key, request }: S3Request, response: ServerResponse): Promise<void> {
  const contentType = request.headers['content-type'] ?? 'binary/octet-stream';
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return;
  const isChunked = request.headers['content-encoding'] === 'aws-chunked';
  const stored = bucket.put(
    { key, contentType, metadata: metadataOf(request) },
    isChunked ? dechunked(body) : body,
  );
  response.writeHead(200, { etag: `"${stored.etag}"`, 'x-amz-version-id': stored.versionId }).end();
}

/**
 * What a body in chunks with a checksum at its end holds.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
function dechunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString(), 16);
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function getObject({ method, bucket, key, query, request }: S3Request, response: ServerResponse): void {
  const versionId = query.get('versionId');
  const version = bucket.find(key, versionId);
  const condition = request.headers['if-match'];
  if (!version) refuse(response, method, 404, versionId === null ? 'NoSuchKey' : 'NoSuchVersion');
  else if (!version.body) refuse(response, method, versionId === null ? 404 : 405, 'NoSuchKey');
  else if (condition && condition !== `"${version.etag}"`) {
    refuse(response, method, 412, 'PreconditionFailed');
  } else {
    const disposition = query.get('response-content-disposition');
    if (disposition !== null) response.setHeader('content-disposition', disposition);
    sendObject(response, method, version, version.body);
  }
}

function sendObject(response: ServerResponse, method: string, version: StoredVersion, body: Buffer): void {
  const metadata = Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  response.writeHead(200, {
    'content-type': version.contentType,
    'content-length': body.length,
    etag: `"${version.etag}"`,
    'last-modified': version.modifiedAt.toUTCString(),
    'x-amz-version-id': version.versionId,
    ...Object.fromEntries(metadata),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

/** Without a version the object is hidden behind a delete marker. */
function deleteObject({ bucket, key, query }: S3Request, response: ServerResponse): void {
  const versionId = query.get('versionId');
  if (versionId === null) bucket.put({ key, contentType: '', metadata: {} });
  else bucket.delete(key, versionId);
  response.writeHead(204).end();
}

async function deleteObjects({ bucket, request }: S3Request, response: ServerResponse): Promise<void> {
  const body = (await buffer(request)).toString();
  for (const [, object = ''] of body.matchAll(/<Object>(.*?)<\/Object>/gs)) {
    bucket.delete(elementOf(object, 'Key'), elementOf(object, 'VersionId'));
  }
  sendXml(response, 200, '<DeleteResult></DeleteResult>');
}

function listVersions({ bucket, query }: S3Request, response: ServerResponse): void {
  const all = bucket.list(query.get('prefix') ?? '');
  const [keyMarker, versionMarker] = [query.get('key-marker'), query.get('version-id-marker')];
  const seen = all.findIndex(({ key, versionId }) => key === keyMarker && versionId === versionMarker);
  const page = all.slice(seen + 1, seen + 1 + PAGE_SIZE);
  const last = page.at(-1);
  const more = seen + 1 + PAGE_SIZE < all.length;
  const next =
    more && last
      ? `<NextKeyMarker>${urlEncoded(last.key)}</NextKeyMarker>` +
        `<NextVersionIdMarker>${last.versionId}</NextVersionIdMarker>`
      : '';
  const entries = page.map((version) => versionElement(version)).join('');
  sendXml(
    response,
    200,
    `<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${next}${entries}</ListVersionsResult>`,
  );
}

function versionElement({ key, versionId, modifiedAt, etag, body }: StoredVersion): string {
  const common =
    `<Key>${urlEncoded(key)}</Key><VersionId>${versionId}</VersionId>` +
    `<LastModified>${modifiedAt.toISOString()}</LastModified>`;
  if (!body) return `<DeleteMarker>${common}</DeleteMarker>`;
  return `<Version>${common}<ETag>&quot;${etag}&quot;</ETag><Size>${body.length}</Size></Version>`;
}

function metadataOf({ headers }: IncomingMessage): Record<string, string> {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(
    metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]),
  );
}

function hasExpired(query: URLSearchParams): boolean {
  const [, y, mo, d, h, mi, s] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const signedAtMs = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Date.now() > signedAtMs + Number(query.get('X-Amz-Expires')) * 1000;
}

function refuse(response: ServerResponse, method: string, status: number, code: string): void {
  if (method === 'HEAD') response.writeHead(status).end();
  else sendXml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

/** As S3 encodes keys in listings and events: `+` for a space. */
function urlEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

function elementOf(xml: string, name: string): string {
  const [, text = ''] = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml) ?? [];
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
