import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { fetchTransfer } from '../../../../client/uploads/fetch-transfer.ts';
import { type Loopback, listen } from '../../../support/emulators/loopback.ts';

let server: Loopback | undefined;

afterEach(() => server?.close());

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  server = await listen(createServer((request, response) => void answer(request, response)));
  return server.url;
}

const ignore = () => {};
const { signal } = new AbortController();

it('sends the fields, then the file, with the length that S3 asks for', async () => {
  const received = Promise.withResolvers<FormData>();
  let length: string | undefined;
  let bytes = 0;
  const url = await serve(async (request, response) => {
    length = request.headers['content-length'];
    const body = await new Response(request as never).bytes();
    bytes = body.length;
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    received.resolve(await new Response(body, { headers }).formData());
    response.writeHead(201, { 'retry-after': '3' }).end('stored');
  });
  const content = new Uint8Array(150_000).map((_, index) => index % 251);
  const fields = { key: 'uploads/jo/1/Zürich "1".jpg', 'x-amz-meta-na"me': 'line\r\nend', empty: '' };
  const progress: number[] = [];
  const answer = await fetchTransfer(
    { url, fields },
    new Blob([content], { type: 'image/jpeg' }),
    (sent) => progress.push(sent),
    signal,
  );

  expect(answer).toEqual({ status: 201, text: 'stored', retryAfter: '3' });
  expect(Number(length)).toBe(bytes);
  const form = await received.promise;
  const entries = [...form.keys()];
  expect(entries).toEqual(['key', 'x-amz-meta-na"me', 'empty', 'file']);
  expect(form.get('key')).toBe(fields.key);
  expect(form.get('x-amz-meta-na"me')).toBe('line\r\nend');
  const file = form.get('file') as File;
  expect(file.type).toBe('image/jpeg');
  expect(Buffer.compare(await file.bytes(), content)).toBe(0);
  // In steps, although the content is one piece of memory.
  expect(progress).toEqual([65_536, 131_072, 150_000]);
});

it('rejects where the connection is cut', async () => {
  const url = await serve((request) => request.socket.destroy());
  await expect(fetchTransfer({ url, fields: {} }, new Blob(['x']), ignore, signal)).rejects.toThrow(
    TypeError,
  );
});

it('reads no more of a file after it was aborted', async () => {
  const controller = new AbortController();
  const url = await serve(() => controller.abort(new Error('paused')));
  let sent = 0;
  const file = new Blob([new Uint8Array(64 * 1024 * 1024)]);
  const onProgress = (bytes: number) => {
    sent = bytes;
  };
  await expect(fetchTransfer({ url, fields: {} }, file, onProgress, controller.signal)).rejects.toThrow(
    'paused',
  );
  const sentBefore = sent;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sent).toBe(sentBefore);
  expect(sent).toBeLessThan(file.size);
});
