import { frameData, type GifFrame } from './gif-blocks.ts';

const MAX_CODE_BITS = 12;
const MAX_CODES = 1 << MAX_CODE_BITS;

/**
 * How many pixels the codes of a frame stand for, up to a code that is none. Only the lengths are followed, not the
 * pixels.
 *
 * @see GIF89a specification, W3C, appendix F
 */
export function countPixels(bytes: Buffer, frame: GifFrame): number {
  const clear = 1 << frame.codeBits;
  if (frame.codeBits < 1 || frame.codeBits >= MAX_CODE_BITS) return 0;
  const end = clear + 1;
  const lengths = new Uint16Array(MAX_CODES).fill(1, 0, clear);
  let [next, codeBits, before, pixels] = [end + 1, frame.codeBits + 1, 0, 0];
  for (const code of codesOf(frameData(bytes, frame), () => codeBits)) {
    if (code === end || code > next || (code === next && before === 0)) break;
    if (code === clear) {
      [next, codeBits, before] = [end + 1, frame.codeBits + 1, 0];
      continue;
    }
    if (before > 0 && next < MAX_CODES) {
      lengths[next] = before + 1;
      next += 1;
    }
    before = lengths[code] ?? 0;
    pixels += before;
    if (next === 1 << codeBits && codeBits < MAX_CODE_BITS) codeBits += 1;
  }
  return pixels;
}

/** Codes of changing width, the lowest bits first. */
function* codesOf(data: Buffer, width: () => number): Generator<number> {
  let [bits, count] = [0, 0];
  for (const byte of data) {
    bits |= byte << count;
    count += 8;
    for (let wanted = width(); count >= wanted; wanted = width()) {
      yield bits & ((1 << wanted) - 1);
      bits >>>= wanted;
      count -= wanted;
    }
  }
}
