import type { Deadline } from '../deadline.ts';
import { ScanDamage } from './jpeg-bits.ts';
import {
  isComplete,
  type JpegFrame,
  type JpegTables,
  readFrame,
  readHuffmanTables,
  readScan,
} from './jpeg-frame.ts';
import { isBare, MARKER, nextMarker } from './jpeg-markers.ts';
import { walkScan } from './jpeg-scan.ts';

const SEQUENTIAL: readonly number[] = [MARKER.sof0, MARKER.sof1];

/** As many scans as libvips reads. */
const MAX_SCANS = 100;

/**
 * Whether a JPEG has all its pixels, and what else is odd about it, where it is of Huffman codes. The walk costs about
 * as much as decoding, so that only files are walked through that the decoder warns of.
 *
 * @returns the oddities, which cost no pixel; undefined where another decoder must decide
 * @throws ScanDamage when pixels are missing
 */
export function walkJpeg(bytes: Buffer, deadline: Deadline): string[] | undefined {
  try {
    return walkSegments(bytes, deadline);
  } catch (error) {
    // A segment that is shorter than it must be.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function walkSegments(bytes: Buffer, deadline: Deadline): string[] | undefined {
  const state: Walk = {
    tables: { dc: [], ac: [], restartInterval: 0 },
    frame: undefined,
    scans: 0,
    oddities: [],
  };
  let at = 2;
  for (;;) {
    const { marker, start, end } = nextMarker(bytes, at);
    if (start > at) state.oddities.push(`${start - at} bytes before a marker belong to no segment`);
    if (marker === undefined || marker === MARKER.eoi) return endOf(state, marker);
    at = isBare(marker) ? end : end + bytes.readUInt16BE(end);
    if (isBare(marker)) continue;
    const segment = bytes.subarray(end + 2, at);
    if (marker !== MARKER.sos) {
      readHeader(marker, segment, state);
      continue;
    }
    const { frame, tables } = state;
    state.scans += 1;
    if (frame === undefined || state.scans > MAX_SCANS) return undefined;
    deadline.check();
    const walked = walkScan(bytes, at, readScan(segment, frame), frame, tables);
    if (walked.paddingBytes > 0) state.oddities.push(`${walked.paddingBytes} bytes of padding follow a scan`);
    at = walked.end;
  }
}

/** What is known at a place of the file. */
interface Walk {
  tables: JpegTables;
  frame: JpegFrame | undefined;
  scans: number;
  oddities: string[];
}

function readHeader(marker: number, segment: Buffer, state: Walk): void {
  if (SEQUENTIAL.includes(marker)) state.frame = readFrame(segment, false);
  else if (marker === MARKER.sof2) state.frame = readFrame(segment, true);
  else if (marker === MARKER.dht) readHuffmanTables(segment, state.tables);
  else if (marker === MARKER.dri) state.tables.restartInterval = segment.readUInt16BE(0);
}

function endOf({ frame, oddities }: Walk, marker: number | undefined): string[] {
  if (frame === undefined || !isComplete(frame)) throw new ScanDamage('ends too early');
  return marker === undefined ? [...oddities, 'the end marker is missing'] : oddities;
}
