/** A picture in memory: 8-bit sRGB, interleaved, row-major, no padding between rows. */
export interface Pixels {
  /** R, G, B of each pixel; 3 × widthPx × heightPx bytes. */
  data: Uint8Array;
  widthPx: number;
  heightPx: number;
}
