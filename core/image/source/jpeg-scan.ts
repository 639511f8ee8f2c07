import { BitReader, type HuffmanTable, ScanDamage } from './jpeg-bits.ts';
import type { JpegComponent, JpegFrame, JpegScan, JpegTables } from './jpeg-frame.ts';

/** Skips one block of a scan. */
type SkipBlock = (reader: BitReader, component: JpegComponent, block: number, part: number) => void;

const PREFIX = 0xff;
const FIRST_RESTART = 0xd0;
const RESTARTS = 8;

/**
 * Walks through a scan as a decoder does, without its arithmetic.
 *
 * @param at where its bits begin
 * @returns where the next marker is, and how many bytes of padding precede it
 * @throws ScanDamage when the scan lacks blocks, or has bytes that belong to none
 */
export function walkScan(
  bytes: Buffer,
  at: number,
  scan: JpegScan,
  frame: JpegFrame,
  tables: JpegTables,
): { end: number; paddingBytes: number } {
  const run = { left: 0 };
  const skipBlock = blockSkipper(scan, frame, tables, run);
  let reader = new BitReader(bytes, at);
  let restarts = 0;
  let paddingBytes = 0;
  const units = unitsOf(scan, frame);
  const interval = tables.restartInterval === 0 ? units : tables.restartInterval;
  const walkUnit = scan.parts.length === 1 ? walkBlock : walkMcu;
  for (let unit = 0; unit < units; unit += 1) {
    if (unit > 0 && unit % interval === 0) {
      paddingBytes += padding(reader);
      if (
        bytes[reader.at] !== PREFIX ||
        markerAt(bytes, reader.at) !== FIRST_RESTART + (restarts % RESTARTS)
      ) {
        throw new ScanDamage('lacks a part between two restart markers');
      }
      reader = new BitReader(bytes, afterMarker(bytes, reader.at));
      restarts += 1;
      run.left = 0;
    }
    walkUnit(reader, scan, frame, unit, skipBlock);
  }
  paddingBytes += padding(reader);
  for (const { component } of scan.parts) component.bitsLeft.fill(scan.lowBit, scan.first, scan.last + 1);
  return { end: reader.at, paddingBytes };
}

/** MCUs where components are interleaved, or else blocks. */
function unitsOf({ parts }: JpegScan, { mcusAcross, mcusDown }: JpegFrame): number {
  const [only] = parts;
  if (parts.length > 1 || only === undefined) return mcusAcross * mcusDown;
  return only.component.blocksAcross * only.component.blocksDown;
}

function walkBlock(
  reader: BitReader,
  { parts }: JpegScan,
  _frame: JpegFrame,
  unit: number,
  skip: SkipBlock,
): void {
  const component = parts[0]?.component;
  if (component === undefined) return;
  const row = Math.floor(unit / component.blocksAcross);
  skip(reader, component, row * component.blocksPerLine + (unit % component.blocksAcross), 0);
}

function walkMcu(
  reader: BitReader,
  { parts }: JpegScan,
  { mcusAcross }: JpegFrame,
  unit: number,
  skip: SkipBlock,
): void {
  const [row, column] = [Math.floor(unit / mcusAcross), unit % mcusAcross];
  for (const [part, { component }] of parts.entries()) {
    const { across, down, blocksPerLine } = component;
    for (let y = row * down; y < (row + 1) * down; y += 1) {
      for (let x = column * across; x < (column + 1) * across; x += 1) {
        skip(reader, component, y * blocksPerLine + x, part);
      }
    }
  }
}

/** Bytes behind the last block: padding, which is all zeros or all ones; others belong to blocks that were lost. */
function padding(reader: BitReader): number {
  const rest = reader.rest();
  const [first] = rest;
  if (rest.every((byte) => byte === first) && (first === undefined || first === 0 || first === PREFIX)) {
    return rest.length;
  }
  throw new ScanDamage(`has ${rest.length} bytes left over, so that others were lost or changed`);
}

function markerAt(bytes: Buffer, at: number): number | undefined {
  return bytes[afterMarker(bytes, at) - 1];
}

function afterMarker(bytes: Buffer, at: number): number {
  let next = at + 1;
  while (bytes[next] === PREFIX) next += 1;
  return next + 1;
}

function blockSkipper(
  scan: JpegScan,
  { isProgressive }: JpegFrame,
  tables: JpegTables,
  run: { left: number },
): SkipBlock {
  const dc = scan.parts.map((part) => tables.dc[part.dc]);
  const ac = scan.parts.map((part) => tables.ac[part.ac]);
  const { first, last, isRefinement } = scan;
  if (!isProgressive) {
    return (reader, _component, _block, part) => {
      skipDc(reader, needed(dc[part]));
      skipAc(reader, needed(ac[part]));
    };
  }
  if (first === 0) {
    return (reader, _component, _block, part) => {
      if (isRefinement) reader.bits(1);
      else skipDc(reader, needed(dc[part]));
    };
  }
  const skip = isRefinement ? refineAc : skipFirstAc;
  return (reader, component, block, part) =>
    skip(reader, needed(ac[part]), { nonzero: component.nonzero, block, first, last, run });
}

function needed(table: HuffmanTable | undefined): HuffmanTable {
  // Decoders have tables of their own for films, which leave them out.
  if (table === undefined) throw new RangeError('expected a table for the codes of a scan');
  return table;
}

function skipDc(reader: BitReader, table: HuffmanTable): void {
  const bits = reader.symbol(table);
  if (bits > 15) throw new ScanDamage('holds a value that is none');
  reader.bits(bits);
}

const LONG_RUN = 15;

function skipAc(reader: BitReader, table: HuffmanTable): void {
  for (let k = 1; k < 64; ) {
    const symbol = reader.symbol(table);
    const [run, bits] = [symbol >> 4, symbol & 15];
    if (bits === 0 && run !== LONG_RUN) return;
    k += run + 1;
    if (k > 64) throw new ScanDamage('holds a block that is too long');
    reader.bits(bits);
  }
}

/** A block of a progressive scan of AC coefficients. */
interface Band {
  nonzero: Uint32Array;
  block: number;
  first: number;
  last: number;
  /** How many blocks are still empty, this one included. */
  run: { left: number };
}

function skipFirstAc(reader: BitReader, table: HuffmanTable, band: Band): void {
  const { first, last, run } = band;
  if (run.left > 0) {
    run.left -= 1;
    return;
  }
  for (let k = first; k <= last; k += 1) {
    const symbol = reader.symbol(table);
    const [zeros, bits] = [symbol >> 4, symbol & 15];
    if (bits === 0 && zeros !== LONG_RUN) {
      run.left = (1 << zeros) + reader.bits(zeros) - 1;
      return;
    }
    k += zeros;
    if (k > 63) throw new ScanDamage('holds a block that is too long');
    if (bits > 0) setNonzero(band, k);
    reader.bits(bits);
  }
}

function refineAc(reader: BitReader, table: HuffmanTable, band: Band): void {
  const { first, last, run } = band;
  let k = first;
  if (run.left === 0) {
    for (; k <= last; k += 1) {
      const symbol = reader.symbol(table);
      const [zeros, bits] = [symbol >> 4, symbol & 15];
      if (bits === 0 && zeros !== LONG_RUN) {
        run.left = (1 << zeros) + reader.bits(zeros);
        break;
      }
      reader.bits(bits);
      k = refineUpTo(reader, band, k, zeros);
      if (bits > 0 && k <= last) setNonzero(band, k);
    }
  }
  if (run.left === 0) return;
  refineUpTo(reader, band, k, last + 1);
  run.left -= 1;
}

/** Reads a bit for each coefficient that is not zero, up to the one behind so many that are. */
function refineUpTo(reader: BitReader, band: Band, from: number, zeros: number): number {
  let left = zeros;
  for (let k = from; k <= band.last; k += 1) {
    if (isNonzero(band, k)) reader.bits(1);
    else if (left === 0) return k;
    else left -= 1;
  }
  return band.last + 1;
}

function isNonzero({ nonzero, block }: Band, k: number): boolean {
  return (((nonzero[2 * block + (k >> 5)] ?? 0) >>> (k & 31)) & 1) === 1;
}

function setNonzero({ nonzero, block }: Band, k: number): void {
  const word = 2 * block + (k >> 5);
  nonzero[word] = (nonzero[word] ?? 0) | (1 << (k & 31));
}
