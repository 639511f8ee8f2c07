import { setImmediate } from 'node:timers/promises';

/** A picture in memory: 8-bit sRGB, interleaved, row-major, no padding between rows. */
export interface Pixels {
  /** R, G, B of each pixel; 3 × widthPx × heightPx bytes. */
  data: Uint8Array;
  widthPx: number;
  heightPx: number;
}

/**
 * Gives the memory of pixels back: of a large picture, the next garbage collection may come after the next copy.
 * Pixels that are a view of others are left alone.
 */
export async function release({ data }: Pixels): Promise<void> {
  const { buffer } = data;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== data.length) return;
  buffer.transfer(0);
  // Node frees what native code has allocated on the next turn of the event loop.
  await setImmediate();
}
