/** What the header of a HEIC says of the samples to decode. */
export interface HeicRequest {
  bytes: Buffer;
  widthPx: number;
  heightPx: number;
  hasAlpha: boolean;
  /** Whether samples have more than 8 bits; they are then handed out in 16. */
  isWide: boolean;
  timeoutMs: number;
}

/** Interleaved R, G, B and, where it was asked for, opacity; upright, and in the colours of the file. */
export interface HeicSamples {
  samples: Uint8Array | Uint16Array;
  channels: number;
}

/**
 * Decodes the primary picture of a HEIC in a process of its own. Darkroom has no decoder of HEVC: an optional package
 * brings it.
 *
 * @throws PermanentError `CORRUPT_IMAGE`, or `PROCESSING_LIMIT` where it takes too long or too much memory
 */
export type HeicDecoder = (request: HeicRequest) => Promise<HeicSamples>;

/** How much memory the other process takes, in bytes: itself with the compiled package, and by pixel. */
export const HEIC_PROCESS_BYTES = 150_000_000;
