import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, collect, formParts, MalformedFormError } from '../../../../local/server/multipart.ts';

async function read(chunks: readonly Buffer[], boundary: string): Promise<[name: string, content: string][]> {
  const parts: [string, string][] = [];
  const body = (async function* () {
    yield* chunks;
  })();
  for await (const { name, content } of formParts(body, boundary)) {
    parts.push([name, (await collect(content, 1e6)).toString('latin1')]);
  }
  return parts;
}

/** The body that the platform makes of a form. */
async function formBody(entries: readonly (readonly [string, string | Uint8Array])[]) {
  const form = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([value as Uint8Array<ArrayBuffer>]), 'a"b; name="key".jpg');
  }
  const request = new Request('http://localhost', { method: 'POST', body: form });
  const boundary = boundaryOf(request.headers.get('content-type') ?? undefined);
  return { body: Buffer.from(await request.arrayBuffer()), boundary: String(boundary) };
}

/** Cuts at these places. */
function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (body.length + 1))), body.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
}

describe('the parts of a form', () => {
  it('are what the platform put into it, wherever the chunks are cut', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'Ä', ' ', '=', ';', "'"), minLength: 1 });
    const bytes = fc.uint8Array({ maxLength: 300 });
    const nearDelimiter = fc.string({ unit: fc.constantFrom('\r', '\n', '-', '--formdata'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            name,
            fc.oneof(
              bytes,
              nearDelimiter.map((text) => Buffer.from(text)),
            ),
          ),
          { maxLength: 5 },
        ),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (entries, places) => {
          const { body, boundary } = await formBody(entries);
          const expected = entries.map(([key, value]) => [key, Buffer.from(value).toString('latin1')]);
          expect(await read(cut(body, places), boundary)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are the same when every byte comes alone', async () => {
    const { body, boundary } = await formBody([
      ['key', 'uploads/jo/1/Zürich.jpg'],
      ['file', Buffer.from(`\r\n--\r\n-- ${'x'.repeat(100)}`)],
    ]);
    const bytes = Array.from(body, (_, index) => body.subarray(index, index + 1));
    expect(await read(bytes, boundary)).toEqual(await read([body], boundary));
  });

  it('may be skipped unread', async () => {
    const { body, boundary } = await formBody([
      ['a', 'x'.repeat(1000)],
      ['b', 'y'],
    ]);
    const names: string[] = [];
    for await (const { name } of formParts(
      (async function* () {
        yield body;
      })(),
      boundary,
    ))
      names.push(name);
    expect(names).toEqual(['a', 'b']);
  });

  it('hold no more than a chunk in memory', async () => {
    const chunk = Buffer.alloc(65_536, 'x');
    let given = 0;
    const body = (async function* () {
      yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n');
      for (; given < 1000; given++) yield chunk;
      yield Buffer.from('\r\n--b--\r\n');
    })();
    let taken = 0;
    for await (const { content } of formParts(body, 'b')) {
      for await (const piece of content) {
        taken += piece.length;
        expect(given * chunk.length - taken).toBeLessThanOrEqual(2 * chunk.length);
      }
    }
    expect(taken).toBe(1000 * chunk.length);
  });
});

describe('what is no form', () => {
  const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue';
  it.each([
    ['nothing', ''],
    ['another boundary', '--c\r\n\r\n--c--\r\n'],
    ['a part without an end', part],
    ['an end without its dashes', `${part}\r\n--b`],
    ['a part without a name', '--b\r\nContent-Disposition: form-data; filename="a"\r\n\r\nvalue\r\n--b--'],
    [
      'a name that is only the end of another parameter',
      '--b\r\nContent-Disposition: form-data; filename=x name="a"\r\n\r\nv\r\n--b--',
    ],
    ['a part without a disposition', '--b\r\nContent-Type: text/plain\r\n\r\nvalue\r\n--b--'],
    ['headers without an end', `--b\r\n${'x'.repeat(100_000)}`],
  ])('is refused: %s', async (_, text) => {
    await expect(read([Buffer.from(text)], 'b')).rejects.toThrow(MalformedFormError);
  });
});

it.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data; charset=utf-8; boundary="a b:c"', 'a b:c'],
  ['Multipart/Form-Data;boundary=----WebKit123', '----WebKit123'],
  ['multipart/form-data', undefined],
  ['application/x-www-form-urlencoded', undefined],
  ['text/plain; x=multipart/form-data; boundary=abc', undefined],
  [undefined, undefined],
])('finds the boundary in %s', (contentType, boundary) => {
  expect(boundaryOf(contentType)).toBe(boundary);
});
