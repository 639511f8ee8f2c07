import { type HuffmanTable, huffmanTable } from './jpeg-bits.ts';

/** A component of a frame, and how far its coefficients have come. */
export interface JpegComponent {
  id: number;
  /** Blocks per MCU. */
  across: number;
  down: number;
  /** Blocks of the picture, and of a line with the blocks that fill its last MCU. */
  blocksAcross: number;
  blocksDown: number;
  blocksPerLine: number;
  /** Which coefficients are not zero, 64 bits a block; of a progressive frame only. */
  nonzero: Uint32Array;
  /** By coefficient, how many bits are still to come; 255 where none has come. */
  bitsLeft: Uint8Array;
}

/** What the headers of a JPEG say of its scans. */
export interface JpegFrame {
  isProgressive: boolean;
  mcusAcross: number;
  mcusDown: number;
  components: readonly JpegComponent[];
}

export interface JpegTables {
  dc: (HuffmanTable | undefined)[];
  ac: (HuffmanTable | undefined)[];
  restartInterval: number;
}

/** One scan: some components, and of them some coefficients, from a bit on. */
export interface JpegScan {
  parts: readonly { component: JpegComponent; dc: number; ac: number }[];
  first: number;
  last: number;
  isRefinement: boolean;
  lowBit: number;
}

const BLOCK_PX = 8;
const COEFFICIENTS = 64;
const NOTHING_YET = 255;

/** @param segment of SOF0, SOF1 or SOF2, without marker and length. @see ITU-T T.81, B.2.2 */
export function readFrame(segment: Buffer, isProgressive: boolean): JpegFrame {
  const [heightPx, widthPx, count] = [segment.readUInt16BE(1), segment.readUInt16BE(3), segment.readUInt8(5)];
  const stated = Array.from({ length: count }, (_, index) => {
    const factors = segment.readUInt8(7 + 3 * index);
    return { id: segment.readUInt8(6 + 3 * index), across: factors >> 4, down: factors & 15 };
  });
  const mostAcross = Math.max(...stated.map(({ across }) => across));
  const mostDown = Math.max(...stated.map(({ down }) => down));
  const mcusAcross = Math.ceil(widthPx / (BLOCK_PX * mostAcross));
  const mcusDown = Math.ceil(heightPx / (BLOCK_PX * mostDown));
  const components = stated.map(({ id, across, down }) => {
    const blocksPerLine = mcusAcross * across;
    const words = isProgressive ? 2 * blocksPerLine * mcusDown * down : 0;
    return {
      id,
      across,
      down,
      blocksAcross: Math.ceil((widthPx * across) / mostAcross / BLOCK_PX),
      blocksDown: Math.ceil((heightPx * down) / mostDown / BLOCK_PX),
      blocksPerLine,
      nonzero: new Uint32Array(words),
      bitsLeft: new Uint8Array(COEFFICIENTS).fill(NOTHING_YET),
    };
  });
  return { isProgressive, mcusAcross, mcusDown, components };
}

/** Adds the tables of a DHT segment. @see ITU-T T.81, B.2.4.2 */
export function readHuffmanTables(segment: Buffer, tables: JpegTables): void {
  let at = 0;
  while (at + 17 <= segment.length) {
    const place = segment.readUInt8(at);
    const counts = segment.subarray(at + 1, at + 17);
    const symbols = counts.reduce((sum, count) => sum + count, 0);
    const table = huffmanTable(counts, segment.subarray(at + 17, at + 17 + symbols));
    (place >> 4 === 0 ? tables.dc : tables.ac)[place & 15] = table;
    at += 17 + symbols;
  }
}

/** @param segment of SOS, without marker and length. @see ITU-T T.81, B.2.3 */
export function readScan(segment: Buffer, frame: JpegFrame): JpegScan {
  const count = segment.readUInt8(0);
  const parts = Array.from({ length: count }, (_, index) => {
    const id = segment.readUInt8(1 + 2 * index);
    const component = frame.components.find((candidate) => candidate.id === id);
    if (component === undefined) throw new RangeError(`expected a component of the frame, got ${id}`);
    const tables = segment.readUInt8(2 + 2 * index);
    return { component, dc: tables >> 4, ac: tables & 15 };
  });
  const at = 1 + 2 * count;
  const [first, last, bits] = [segment.readUInt8(at), segment.readUInt8(at + 1), segment.readUInt8(at + 2)];
  return frame.isProgressive
    ? { parts, first, last, isRefinement: bits >> 4 > 0, lowBit: bits & 15 }
    : { parts, first: 0, last: COEFFICIENTS - 1, isRefinement: false, lowBit: 0 };
}

/** Whether every coefficient of every component has come with all its bits. */
export function isComplete({ components }: JpegFrame): boolean {
  return components.every(({ bitsLeft }) => bitsLeft.every((left) => left === 0));
}
