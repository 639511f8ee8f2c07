/** A picture in memory: 8-bit sRGB, interleaved, row-major, no padding between rows. */
export interface Pixels {
  /** R, G, B of each pixel; 3 × widthPx × heightPx bytes. */
  data: Uint8Array;
  widthPx: number;
  heightPx: number;
}

/**
 * Gives the memory of pixels back at once: of a large picture, the next garbage collection may come after the next
 * copy. Pixels that are a view of others are left alone.
 */
export function release({ data }: Pixels): void {
  const { buffer } = data;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === data.length) buffer.transfer(0);
}
