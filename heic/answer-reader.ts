import type { DecodeAnswer } from './protocol.ts';

const NEWLINE = 0x0a;
/** The longest first line. */
const MAX_LINE_BYTES = 4096;

/** Reads what the decoding process answers, with memory for as many samples as the header of the file states. */
export class AnswerReader {
  readonly #samples: Uint8Array;
  #line = Buffer.alloc(0);
  #answer: DecodeAnswer | undefined;
  #filledBytes = 0;

  constructor(sampleBytes: number) {
    this.#samples = new Uint8Array(sampleBytes);
  }

  /** Takes the next bytes; false where they are more than an answer may have. */
  take(chunk: Buffer): boolean {
    if (this.#answer !== undefined) return this.#fill(chunk);
    this.#line = Buffer.concat([this.#line, chunk]);
    const end = this.#line.indexOf(NEWLINE);
    if (end < 0) return this.#line.length <= MAX_LINE_BYTES;
    this.#answer = parse(this.#line.toString('utf8', 0, end));
    return this.#answer !== undefined && this.#fill(this.#line.subarray(end + 1));
  }

  /** The first line, and the samples where all of them came. */
  end(): { answer: DecodeAnswer | undefined; samples: Uint8Array | undefined } {
    const isWhole = this.#filledBytes === this.#samples.length;
    return { answer: this.#answer, samples: isWhole ? this.#samples : undefined };
  }

  #fill(chunk: Buffer): boolean {
    if (this.#filledBytes + chunk.length > this.#samples.length) return false;
    this.#samples.set(chunk, this.#filledBytes);
    this.#filledBytes += chunk.length;
    return true;
  }
}

function parse(line: string): DecodeAnswer | undefined {
  try {
    return JSON.parse(line) as DecodeAnswer;
  } catch {
    return undefined;
  }
}
