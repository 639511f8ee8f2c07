import { readGif, TRANSPARENT_FRAME } from '../source/gif-blocks.ts';

/**
 * The delay that every frame is encoded with, in milliseconds. libvips merges equal frames and adds up their delays, so
 * the result shows how many frames each encoded one stands for. It writes up to 65,535 ms and changes delays of up to
 * 10 ms; the real delays are written by {@link withDelays}.
 */
export const COUNTED_DELAY_MS = 20;

/**
 * Gives the frames of an encoded animation their delays.
 *
 * @param bytes an animation that was encoded with {@link COUNTED_DELAY_MS} for each frame
 * @param delaysMs of the frames before equal ones were merged
 */
export function withDelays(bytes: Buffer, format: 'gif' | 'webp', delaysMs: readonly number[]): Buffer {
  return format === 'gif' ? withGifDelays(bytes, delaysMs) : withWebpDelays(bytes, delaysMs);
}

/** How long each encoded frame is shown, from how many frames it stands for. */
function* mergedDelays(counts: readonly number[], delaysMs: readonly number[]): Generator<number> {
  let first = 0;
  for (const count of counts) {
    const frames = delaysMs.slice(first, first + count);
    yield frames.reduce((sum, delayMs) => sum + delayMs, 0);
    first += count;
  }
}

const WEBP_HEADER_BYTES = 12;
const WEBP_CHUNK_HEADER_BYTES = 8;
/** From the start of a frame's chunk: its position and size come first. */
const WEBP_DURATION_AT = WEBP_CHUNK_HEADER_BYTES + 12;
const WEBP_DURATION_BYTES = 3;
/** 4.6 hours, which a frame of a source cannot exceed either. */
const WEBP_MOST_MS = 2 ** 24 - 1;

/** @see https://developers.google.com/speed/webp/docs/riff_container#animation */
function withWebpDelays(webp: Buffer, delaysMs: readonly number[]): Buffer {
  const timed = Buffer.from(webp);
  const durationsAt: number[] = [];
  let at = WEBP_HEADER_BYTES;
  while (at + WEBP_CHUNK_HEADER_BYTES <= timed.length) {
    if (timed.toString('latin1', at, at + 4) === 'ANMF') durationsAt.push(at + WEBP_DURATION_AT);
    const length = timed.readUInt32LE(at + 4);
    at += WEBP_CHUNK_HEADER_BYTES + length + (length % 2);
  }
  const counts = durationsAt.map((where) => timed.readUIntLE(where, WEBP_DURATION_BYTES) / COUNTED_DELAY_MS);
  for (const [index, delayMs] of [...mergedDelays(counts, delaysMs)].entries()) {
    timed.writeUIntLE(Math.min(delayMs, WEBP_MOST_MS), durationsAt[index] ?? 0, WEBP_DURATION_BYTES);
  }
  return timed;
}

/** GIF counts in hundredths of a second. */
const GIF_UNIT_MS = 10;
const GIF_MOST_UNITS = 65_535;
/** From the start of a graphic control extension: a label, the length and flags come first. */
const GIF_DELAY_AT = 4;
const GIF_DELAY_BYTES = 2;

function withGifDelays(gif: Buffer, delaysMs: readonly number[]): Buffer {
  const frames = readGif(gif).frames.filter(({ controlAt }) => controlAt !== undefined);
  const counts = frames.map(
    ({ controlAt = 0 }) =>
      (GIF_UNIT_MS * gif.readUIntLE(controlAt + GIF_DELAY_AT, GIF_DELAY_BYTES)) / COUNTED_DELAY_MS,
  );
  const parts: Buffer[] = [];
  let start = 0;
  for (const [index, units] of gifUnits([...mergedDelays(counts, delaysMs)]).entries()) {
    const { controlAt = 0, endAt } = frames[index] ?? { controlAt: 0, endAt: gif.length };
    const frame = Buffer.from(gif.subarray(start, endAt));
    frame.writeUInt16LE(Math.min(units, GIF_MOST_UNITS), controlAt - start + GIF_DELAY_AT);
    parts.push(frame, ...heldFrames(units - GIF_MOST_UNITS));
    start = endAt;
  }
  return Buffer.concat([...parts, gif.subarray(start)]);
}

/** Viewers show a delay of up to this as {@link SHOWN_INSTEAD_MS}, in GIF and in WebP. */
const TOO_SHORT_MS = 10;
const SHOWN_INSTEAD_MS = 100;

/** Shortest delay in a GIF that viewers do not change. */
const GIF_LEAST_UNITS = 2;

/** Delays in the units of GIF. Rounding carries over, so that the animation takes as long as before. */
function gifUnits(delaysMs: readonly number[]): number[] {
  let [shownMs, written] = [0, 0];
  return delaysMs.map((delayMs) => {
    shownMs += delayMs <= TOO_SHORT_MS ? SHOWN_INSTEAD_MS : delayMs;
    const units = Math.max(GIF_LEAST_UNITS, Math.round(shownMs / GIF_UNIT_MS) - written);
    written += units;
    return units;
  });
}

/** Frames that change nothing and are shown for what a frame's own delay cannot hold. */
function heldFrames(units: number): Buffer[] {
  const frames: Buffer[] = [];
  for (let left = units; left > 0; left -= GIF_MOST_UNITS) {
    const frame = Buffer.from(TRANSPARENT_FRAME);
    frame.writeUInt16LE(Math.min(left, GIF_MOST_UNITS), GIF_DELAY_AT);
    frames.push(frame);
  }
  return frames;
}
