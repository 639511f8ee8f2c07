import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { UploadDeclaration, UploadForm } from '../../../client/types.ts';

export interface StoredFile {
  uploadId: string;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  recipe: string | undefined;
}

/** Takes a request over; resolves to false to let the stub answer it. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

interface IssuedForm extends UploadDeclaration {
  form: UploadForm;
}

/** The upload half of the API and a storage that takes its forms, on loopback, with faults on demand. */
export class DarkroomStub {
  /** In the order in which they arrived; a second copy is a second entry. */
  readonly stored: StoredFile[] = [];
  /** `POST /api/v1/uploads`, in the order of arrival. */
  readonly requests: string[] = [];
  /** How many forms each request asked for. */
  readonly batches: number[] = [];
  /** The most files that were being received at once. */
  mostAtOnce = 0;
  formLifeMs = 15 * 60_000;
  intercept: Intercept = () => false;
  readonly #issued = new Map<string, IssuedForm>();
  #atOnce = 0;
  #port = 0;
  #server: Server | undefined;

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/v1`;
  }

  /** Listens; after `stop`, on the same port as before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Cuts all connections and refuses new ones. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  posts(): number {
    return this.requests.filter((line) => line === 'POST /storage').length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    this.requests.push(`${method} ${url}`);
    if (await this.intercept(request, response)) return;
    if (url === '/storage') await this.#store(request, response);
    else if (url === '/api/v1/uploads') await this.#issue(request, response);
    else if (url === '/api/v1/me') send(response, 200, { id: 'local', kind: 'owner', name: null });
    else if (url.startsWith('/api/v1/uploads/')) this.#find(url.slice('/api/v1/uploads/'.length), response);
    else send(response, 404, { code: 'NOT_FOUND', status: 404 });
  }

  async #issue(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { files } = (await json(request)) as { files: UploadDeclaration[] };
    this.batches.push(files.length);
    if (files.length > 100)
      return send(response, 400, { code: 'INVALID_INPUT', status: 400, field: 'files' });
    const empty = files.findIndex(({ bytes }) => bytes === 0);
    if (empty >= 0) {
      const detail = 'Expected at least 1 byte, received 0.';
      return send(response, 400, {
        code: 'INVALID_INPUT',
        status: 400,
        detail,
        field: `files.${empty}.bytes`,
      });
    }
    send(response, 201, { uploads: files.map((file) => this.#form(file)) });
  }

  #form(file: UploadDeclaration): UploadForm {
    const uploadId = randomUUID();
    const fields = { key: `uploads/local/${uploadId}/${file.name}`, 'Content-Type': file.type };
    const form: UploadForm = {
      uploadId,
      key: fields.key,
      name: file.name,
      url: `http://127.0.0.1:${this.#port}/storage`,
      fields,
      expiresAt: new Date(Date.now() + this.formLifeMs).toISOString(),
    };
    this.#issued.set(form.key, { ...file, form });
    return form;
  }

  #find(uploadId: string, response: ServerResponse): void {
    const isStored = this.stored.some((file) => file.uploadId === uploadId);
    send(response, 200, {
      uploadId,
      imageId: isStored ? createHash('sha256').update(uploadId).digest('hex') : null,
    });
  }

  async #store(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    try {
      if (request.headers['content-length'] === undefined)
        return sendXml(response, 411, 'MissingContentLength');
      const type = request.headers['content-type'] ?? '';
      const body = await new Response(Readable.toWeb(request) as ReadableStream, {
        headers: { 'content-type': type },
      }).formData();
      await this.#keep(body, response);
    } finally {
      this.#atOnce -= 1;
    }
  }

  async #keep(body: FormData, response: ServerResponse): Promise<void> {
    const issued = this.#issued.get(String(body.get('key')));
    const file = body.get('file');
    if (issued === undefined || !(file instanceof File)) return sendXml(response, 403, 'AccessDenied');
    if (Date.parse(issued.form.expiresAt) < Date.now()) {
      return sendXml(response, 403, 'AccessDenied', 'Invalid according to Policy: Policy expired.');
    }
    if (file.size > issued.bytes) return sendXml(response, 400, 'EntityTooLarge');
    const bytes = Buffer.from(await file.arrayBuffer());
    this.stored.push({
      uploadId: issued.form.uploadId,
      name: issued.name,
      type: String(body.get('Content-Type')),
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      recipe: issued.recipe,
    });
    response.writeHead(201).end();
  }
}

export function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}

/** An error as S3 words it. */
export function sendXml(
  response: ServerResponse,
  status: number,
  code: string,
  message = 'irrelevant',
): void {
  const xml = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
}
