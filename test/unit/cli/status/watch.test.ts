import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { appendedOn, redrawnOn, watch } from '../../../../cli/status/watch.ts';

const ESCAPE = '\u001B';
const TOKENS = new RegExp(`${ESCAPE}\\[[?0-9]*[A-Za-z]|\\n|[^${ESCAPE}\\n]+`, 'g');

/** A terminal that keeps what a person would see, as far as the painter's few commands go. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 30;
  readonly rows = 5;
  screen: string[] = [];
  isCursorShown = true;
  #row = 0;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const [token] of chunk.toString().matchAll(TOKENS)) {
      this.#apply(token);
    }
    done();
  }

  #apply(token: string): void {
    const command = token.startsWith(ESCAPE) ? token.slice(1) : undefined;
    if (command?.startsWith('[?25')) this.isCursorShown = command === '[?25h';
    else if (command === '[2J') this.screen = [];
    else if (command === '[H') this.#row = 0;
    else if (command === '[J') this.screen.length = this.#row;
    else if (token === '\n') this.#row++;
    else if (command === undefined) this.screen[this.#row] = token;
  }
}

const asStream = (stream: Writable) => stream as unknown as NodeJS.WriteStream;

describe('on a terminal', () => {
  it('draws a report over the one before, and leaves the last', () => {
    const terminal = new Terminal();
    const painter = redrawnOn(asStream(terminal));
    painter.show(['first report', 'of two lines']);
    expect(terminal.screen).toEqual(['first report', 'of two lines']);
    expect(terminal.isCursorShown).toBe(false);
    painter.show(['second']);
    painter.end();
    expect(terminal.screen).toEqual(['second']);
    expect(terminal.isCursorShown).toBe(true);
  });

  it('never scrolls: it cuts what does not fit, and says so', () => {
    const terminal = new Terminal();
    redrawnOn(asStream(terminal)).show(['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40)));
    expect(terminal.screen).toHaveLength(4);
    expect(terminal.screen[0]).toHaveLength(30);
    expect(terminal.screen.at(-1)).toMatch(/^… 2 more/);
  });

  it('shows a problem above the last report, until there is a new one', () => {
    const terminal = new Terminal();
    const painter = redrawnOn(asStream(terminal));
    painter.show(['report']);
    painter.problem('AWS could not be reached.');
    expect(terminal.screen).toEqual(['AWS could not be reached.', 'report']);
    painter.show(['another']);
    expect(terminal.screen).toEqual(['another']);
  });
});

describe('watching', () => {
  async function watched(looks: (string | Error)[]): Promise<string[]> {
    const seen: string[] = [];
    const sink = new Writable({ write: (chunk, _, done) => done(void seen.push(String(chunk))) });
    const painter = appendedOn(asStream(sink), (message) => seen.push(`problem: ${message}`));
    const look = async () => {
      const next = looks.shift();
      if (typeof next === 'string') return [next];
      throw next ?? new RangeError('the end of the test');
    };
    const inWords = (error: unknown) => (error instanceof TypeError ? error.message : undefined);
    await expect(watch(painter, 1, look, inWords)).rejects.toThrow();
    return seen;
  }

  it('continues after a look that failed', async () => {
    expect(await watched(['one', new TypeError('no network'), 'two'])).toEqual([
      'one\n',
      'problem: no network',
      'two\n',
    ]);
  });

  it('does not begin where the first look fails', async () => {
    expect(await watched([new TypeError('no such stack'), 'one'])).toEqual([]);
  });
});
