import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PermanentError } from '../core/errors.ts';
import type { HeicRequest, HeicSamples } from '../core/image/source/heic-decoder.ts';
import { AnswerReader } from './answer-reader.ts';
import { type DecodeOrder, RGB, RGBA } from './protocol.ts';

/** What the decoder's heap may hold whatever the picture, and for each byte of the file and of the samples. */
const HEAP = { fixedBytes: 48_000_000, perFileByte: 4, perSampleByte: 5 } as const;
/** It may read the package, and do nothing else outside its memory. */
const CONFINED = ['--permission', '--allow-fs-read=*', '--max-old-space-size=128', '--no-warnings'];

export interface DecoderFiles {
  program: string;
  packageFile: string;
}

/**
 * Decodes a HEIC by a program in a process of its own, which is killed when it takes too long or answers too much.
 *
 * @param decoder the program, child.ts or what stands in for it, and the package that it loads; both absolute
 * @throws PermanentError `CORRUPT_IMAGE`, or `PROCESSING_LIMIT`
 * @throws Error where the process cannot be started
 */
export async function runChild(decoder: DecoderFiles, request: HeicRequest): Promise<HeicSamples> {
  const { widthPx, heightPx, hasAlpha, isWide, timeoutMs, bytes } = request;
  const channels = hasAlpha ? RGBA : RGB;
  const sampleBytes = widthPx * heightPx * channels * (isWide ? 2 : 1);
  const maxHeapBytes = HEAP.fixedBytes + HEAP.perFileByte * bytes.length + HEAP.perSampleByte * sampleBytes;
  const child = start(decoder, { hasAlpha, isWide, maxHeapBytes }, bytes);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  try {
    const { answer, samples } = await read(child, new AnswerReader(sampleBytes));
    if (isLate) throw tookTooLong(timeoutMs);
    if (answer === undefined) throw corrupt('its decoder ended without an answer');
    if ('fault' in answer)
      throw answer.fault === 'memory' ? tookTooMuch(maxHeapBytes) : corrupt(answer.message);
    if (answer.widthPx !== widthPx || answer.heightPx !== heightPx || answer.channels !== channels) {
      throw corrupt(
        `its header states ${widthPx} × ${heightPx} pixels, and ${answer.widthPx} × ${answer.heightPx} come out`,
      );
    }
    if (samples === undefined) throw corrupt('its decoder ended before the last pixel');
    return { samples: isWide ? new Uint16Array(samples.buffer) : samples, channels };
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

function start(
  { program, packageFile }: DecoderFiles,
  order: Omit<DecodeOrder, 'packageFile'>,
  bytes: Buffer,
): ChildProcess {
  const child = spawn(process.execPath, [...CONFINED, program, JSON.stringify({ ...order, packageFile })], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // A process that ends before it has read all of the file tells why by its answer.
  child.stdin?.on('error', () => {});
  child.stdin?.end(bytes);
  return child;
}

/** @throws Error where the process cannot be started */
async function read(child: ChildProcess, reader: AnswerReader) {
  child.stdout?.on('data', (chunk: Buffer) => {
    if (!reader.take(chunk)) child.kill('SIGKILL');
  });
  // Rejects with the error of a process that does not start.
  await once(child, 'close');
  return reader.end();
}

function corrupt(what: string): PermanentError {
  return new PermanentError(
    'CORRUPT_IMAGE',
    `Expected a whole HEIC photo, and ${what}. Export it again, or as JPEG, and upload that.`,
  );
}

function tookTooLong(timeoutMs: number): PermanentError {
  return new PermanentError(
    'PROCESSING_LIMIT',
    `Expected the HEIC photo to be decoded within ${timeoutMs / 1000} s, and it took longer. ` +
      'Upload a smaller photo, or raise the time limit.',
  );
}

function tookTooMuch(maxHeapBytes: number): PermanentError {
  return new PermanentError(
    'PROCESSING_LIMIT',
    `Expected the HEIC photo to be decoded in ${Math.ceil(maxHeapBytes / 2 ** 20)} MiB, and it took more. ` +
      'Export it again, or as JPEG, and upload that.',
  );
}
