import { MARKER, visitHeaders } from './jpeg-markers.ts';
import type { Unsupported } from './unsupported-format.ts';

const SAVE_AS_USUAL =
  'Save it as a JPEG of 8 bits in grey, RGB or CMYK, or as PNG, which holds 16 bits, and upload that.';

/** What libjpeg here decodes, of 8 bits: Huffman and arithmetic codes, sequential, progressive and lossless. */
const READABLE_FRAMES: readonly number[] = [
  MARKER.sof0,
  MARKER.sof1,
  MARKER.sof2,
  MARKER.sof3,
  MARKER.sof9,
  MARKER.sof10,
];

/** What a JPEG is that libjpeg does not decode, or not into colours; undefined for all others. */
export function describeOddJpeg(bytes: Buffer): Unsupported | undefined {
  const frame = frameOf(bytes);
  if (frame === undefined) return undefined;
  const received = describeFrame(frame);
  return received === undefined ? undefined : { received, advice: SAVE_AS_USUAL };
}

interface FrameKind {
  marker: number;
  bits: number;
  components: number;
}

function describeFrame({ marker, bits, components }: FrameKind): string | undefined {
  if (marker === MARKER.sof55) return 'a JPEG-LS image';
  if (bits > 8 && bits <= 16) return `a JPEG of ${bits} bits`;
  if (!READABLE_FRAMES.includes(marker)) return 'a hierarchical JPEG or a lossless one in arithmetic codes';
  if (components === 2 || components > 4) return `a JPEG of ${components} components`;
  return undefined;
}

/** What the first frame header says; undefined where there is none before the pixels. */
function frameOf(bytes: Buffer): FrameKind | undefined {
  let frame: FrameKind | undefined;
  visitHeaders(bytes, (marker, at) => {
    if (!isFrame(marker) || at + 6 > bytes.length) return false;
    frame = { marker, bits: bytes.readUInt8(at), components: bytes.readUInt8(at + 5) };
    return true;
  });
  return frame;
}

const NO_FRAMES: readonly number[] = [MARKER.dht, MARKER.jpg, MARKER.dac];

function isFrame(marker: number): boolean {
  const isClassic = marker >= MARKER.sof0 && marker <= MARKER.sof15 && !NO_FRAMES.includes(marker);
  return isClassic || marker === MARKER.sof55;
}
