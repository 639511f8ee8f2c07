/** The body is no form as browsers send it. */
export class MalformedFormError extends Error {
  override readonly name = 'MalformedFormError';
}

/** One field or file of a form. Read its content before you ask for the next part; what is left is skipped. */
export interface FormPart {
  name: string;
  content: AsyncGenerator<Buffer>;
}

/** S3 admits 20 KB for everything before the file. */
const MAX_HEAD_BYTES = 20_480;
const HEAD_END = Buffer.from('\r\n\r\n');

/** The boundary in a Content-Type; undefined where it is no form. @see RFC 2046, section 5.1.1 */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, quoted, plain] =
    /^multipart\/form-data;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? '') ??
    [];
  return quoted ?? plain;
}

/**
 * Reads a form part by part. It holds no more than one chunk, whatever the length of a file: the platform's
 * `Request.formData()` would take all of it into memory.
 *
 * @throws MalformedFormError
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export async function* formParts(body: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const reader = new DelimitedReader(body);
  for await (const _preamble of reader.until(delimiter));
  while (!(await reader.takes('--'))) {
    const head = await collect(reader.until(HEAD_END), MAX_HEAD_BYTES);
    const content = reader.until(delimiter);
    yield { name: nameIn(head.toString()), content };
    for await (const _rest of content);
  }
}

/** @throws MalformedFormError where it has more bytes */
export async function collect(content: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new MalformedFormError(`expected at most ${maxBytes} bytes before the file`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Cuts a stream at delimiters, wherever the chunks begin and end. */
class DelimitedReader {
  readonly #chunks: AsyncIterator<Buffer>;
  /** What was received and not given out. A form begins as if a line had just ended. */
  #pending: Buffer = Buffer.from('\r\n');

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Everything before the next delimiter. The delimiter is taken and not given out. */
  async *until(delimiter: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#pending.indexOf(delimiter);
      if (at >= 0) {
        const found = this.#pending.subarray(0, at);
        this.#pending = this.#pending.subarray(at + delimiter.length);
        if (found.length > 0) yield found;
        return;
      }
      const safe = this.#pending.length - (delimiter.length - 1);
      if (safe > 0) {
        const given = this.#pending.subarray(0, safe);
        this.#pending = this.#pending.subarray(safe);
        yield given;
      }
      await this.#receive();
    }
  }

  /** Takes the text, where it comes next. */
  async takes(text: string): Promise<boolean> {
    while (this.#pending.length < text.length) await this.#receive();
    if (this.#pending.subarray(0, text.length).toString('latin1') !== text) return false;
    this.#pending = this.#pending.subarray(text.length);
    return true;
  }

  async #receive(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done) throw new MalformedFormError('the form ends before its closing boundary');
    this.#pending = this.#pending.length === 0 ? value : Buffer.concat([this.#pending, value]);
  }
}

/** The name of a part. Parameters are read one by one: the name of a file may look like one. */
function nameIn(head: string): string {
  const [, disposition] = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(head) ?? [];
  for (const [, parameter, quoted, token] of (disposition ?? '').matchAll(
    /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gy,
  )) {
    if (parameter?.toLowerCase() === 'name') return quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
  }
  throw new MalformedFormError('expected a name in the Content-Disposition of every part');
}
