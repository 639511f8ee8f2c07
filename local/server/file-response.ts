import { type FileHandle, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileInfo, isNoSuchFile } from '../adapters/file-content.ts';
import { storageError } from '../adapters/storage-errors.ts';

/** The part of a file that a request asks for; both ends are included. */
interface ByteRange {
  start: number;
  end: number;
}

export interface FileToSend {
  /** Absolute. */
  path: string;
  /** SHA-256 of the content, hex: nothing else is sent. */
  versionId: string | undefined;
  headers: Record<string, string>;
}

/**
 * The answer to a GET or HEAD of a file: whole, a range of it, or 304 where the client has it.
 *
 * @returns undefined where there is no such file or version
 * @throws TransientError where it can't be read
 * @see https://www.rfc-editor.org/rfc/rfc9110 sections 13 and 14
 */
export async function fileResponse(request: Request, file: FileToSend): Promise<Response | undefined> {
  const { path, versionId } = file;
  try {
    // Opening a named pipe would wait forever for its other end.
    if (!(await stat(path)).isFile()) return undefined;
    if (versionId !== undefined && (await fileInfo(path))?.hash !== versionId) return undefined;
    const handle = await open(path);
    try {
      const response = await answer(request, file, handle);
      if (response.body === null) await handle.close();
      return response;
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw storageError(error, `read ${path}`);
  }
}

async function answer(request: Request, file: FileToSend, handle: FileHandle): Promise<Response> {
  const { size, mtimeMs, mtime, ino } = await handle.stat();
  // Every write of ours makes a new file, so its number and time tell two contents apart.
  const etag = `"${file.versionId ?? [size, Math.round(mtimeMs * 1000), ino].map((part) => part.toString(36)).join('-')}"`;
  const headers = { ...file.headers, etag, 'last-modified': mtime.toUTCString(), 'accept-ranges': 'bytes' };
  if (matches(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers });
  const range = request.method === 'HEAD' ? undefined : rangeOf(request.headers, etag, size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const length = { 'content-length': String(end - start + 1) };
  if (request.method === 'HEAD' || size === 0)
    return new Response(null, { status: 200, headers: { ...headers, ...length } });
  const body = Readable.toWeb(handle.createReadStream({ start, end })) as ReadableStream;
  if (range === undefined) return new Response(body, { status: 200, headers: { ...headers, ...length } });
  const part = { ...length, 'content-range': `bytes ${start}-${end}/${size}` };
  return new Response(body, { status: 206, headers: { ...headers, ...part } });
}

/** `If-None-Match` compares weakly: `W/` does not count. */
function matches(list: string | null, etag: string): boolean {
  if (list === null) return false;
  return list.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}

/** Undefined where the whole file is to be sent, as also for several ranges, which a server may ignore. */
function rangeOf(headers: Headers, etag: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if ((headers.get('if-range') ?? etag) !== etag) return undefined;
  if (first === '') {
    const length = Number(last);
    return length === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(size - length, 0), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}
