import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';

/** One operation of the description, such as `GET /api/v1/images/{imageId}`. */
export type Operation = string;

interface Description {
  paths: Record<string, Record<string, { responses: Record<string, ResponseDescription> }>>;
  components: unknown;
}

interface ResponseDescription {
  headers?: Record<string, { content: { 'application/json': { schema: object } } }>;
  content?: Record<string, { schema: { format?: string } }>;
}

/** An API whose every answer is held to its OpenAPI description. */
export class DescribedApi {
  readonly operations: readonly Operation[];
  /** What the description says it can answer: `GET /api/v1/me 401`. */
  readonly documented: ReadonlySet<string>;
  /** What it has answered so far. */
  readonly answered = new Set<string>();
  readonly #description: Description;
  #send: (request: Request) => Promise<Response>;
  readonly #validators = new Map<object, ValidateFunction>();
  readonly #ajv: Ajv2020.default;

  private constructor(description: Description, send: (request: Request) => Promise<Response>) {
    this.#description = description;
    this.#send = send;
    this.#ajv = new Ajv2020.default({ strict: false, allErrors: true });
    this.#ajv.addSchema({ $id: 'openapi', components: description.components });
    const documented = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => {
        const operation = `${method.toUpperCase()} ${path}`;
        return { operation, answers: Object.keys(responses).map((status) => `${operation} ${status}`) };
      }),
    );
    this.operations = documented.map(({ operation }) => operation);
    this.documented = new Set(documented.flatMap(({ answers }) => answers));
  }

  static async open(send: (request: Request) => Promise<Response>): Promise<DescribedApi> {
    const answer = await send(new Request('http://localhost/api/v1/openapi.json'));
    return new DescribedApi((await answer.json()) as Description, send);
  }

  /** Goes on with another server of the same API. */
  use(send: (request: Request) => Promise<Response>): void {
    this.#send = send;
  }

  /**
   * Sends a request.
   *
   * @throws Error where the description does not have that route, that status, or that shape of answer
   */
  async send(request: Request): Promise<{ status: number; headers: Headers; body: unknown }> {
    const operation = this.#operationOf(request);
    const answer = await this.#send(request);
    const { status, headers } = answer;
    const bytes = Buffer.from(await answer.arrayBuffer());
    const text = bytes.toString();
    this.answered.add(`${operation} ${status}`);
    const described = this.#responseOf(operation, status);
    if (described === undefined) throw new Error(`${operation} answered ${status}, undocumented: ${text}`);
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const schema = described.content?.[type]?.schema;
    if (schema === undefined) {
      if (text !== '') throw new Error(`${operation} answered ${status} as ${type}, undocumented: ${text}`);
      return { status, headers, body: undefined };
    }
    for (const [name, { content }] of Object.entries(described.headers ?? {})) {
      const value: unknown = JSON.parse(headers.get(name) ?? 'null');
      this.#validate(`${operation} ${status} ${name}`, content['application/json'].schema, value);
    }
    if (schema.format === 'binary') return { status, headers, body: bytes };
    const body: unknown = JSON.parse(text);
    this.#validate(`${operation} ${status}`, schema, body);
    return { status, headers, body };
  }

  #operationOf({ method, url }: Request): Operation {
    const { pathname } = new URL(url);
    const operation = this.operations.find((each) => {
      const [itsMethod, path = ''] = each.split(' ');
      return itsMethod === method && new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
    });
    if (operation === undefined) throw new Error(`${method} ${pathname} is not in the description`);
    return operation;
  }

  #responseOf(operation: Operation, status: number): ResponseDescription | undefined {
    const [method = '', path = ''] = operation.split(' ');
    return this.#description.paths[path]?.[method.toLowerCase()]?.responses[status];
  }

  #validate(what: string, schema: object, body: unknown): void {
    const validate = this.#validators.get(schema) ?? this.#compile(schema);
    if (!validate(body)) {
      throw new Error(`${what} has another shape than documented: ${this.#ajv.errorsText(validate.errors)}`);
    }
  }

  #compile(schema: object): ValidateFunction {
    const inDocument = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components'));
    const validate = this.#ajv.compile(inDocument);
    this.#validators.set(schema, validate);
    return validate;
  }
}
