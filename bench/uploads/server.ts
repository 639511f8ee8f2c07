import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { UploadDeclaration } from '../../client/types.ts';

/** A process of its own: forms, and a storage that reads a file and answers after so many milliseconds. */
const latencyMs = Number(process.argv[2] ?? 0);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/api/v1/uploads') {
    const { files } = (await json(request)) as { files: UploadDeclaration[] };
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ uploads: files.map(({ name }) => formFor(name)) }));
    return;
  }
  for await (const _chunk of request);
  if (latencyMs > 0) await wait(latencyMs);
  response.writeHead(201).end();
}

function formFor(name: string) {
  const uploadId = randomUUID();
  const key = `uploads/local/${uploadId}/${name}`;
  const expiresAt = new Date(Date.now() + 15 * 60_000).toISOString();
  return { uploadId, key, name, url: `${origin()}/storage`, fields: { key }, expiresAt };
}

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.(`${origin()}/api/v1`));
