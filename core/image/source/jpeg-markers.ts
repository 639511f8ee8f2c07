const PREFIX = 0xff;

/** The markers of a JPEG that we look at. @see ITU-T T.81, table B.1 */
export const MARKER = {
  sof0: 0xc0,
  sof1: 0xc1,
  sof2: 0xc2,
  sof3: 0xc3,
  dht: 0xc4,
  jpg: 0xc8,
  sof9: 0xc9,
  sof10: 0xca,
  dac: 0xcc,
  sof15: 0xcf,
  eoi: 0xd9,
  sos: 0xda,
  dri: 0xdd,
  /** Of JPEG-LS, ITU-T T.87. */
  sof55: 0xf7,
} as const;

/** A marker, where its first byte is, and where what follows it begins. */
export interface MarkerAt {
  marker: number | undefined;
  start: number;
  end: number;
}

/** Whether no length follows a marker: TEM, and the restarts, which have no place between segments. */
export function isBare(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** The next marker: a 0xFF, or several, and a byte that is not zero; without one, where the file ends. */
export function nextMarker(bytes: Buffer, from: number): MarkerAt {
  let start = bytes.indexOf(PREFIX, from);
  while (start >= 0) {
    let at = start + 1;
    while (bytes[at] === PREFIX) at += 1;
    if (bytes[at] !== 0) return { marker: bytes[at], start, end: at + 1 };
    start = bytes.indexOf(PREFIX, at);
  }
  return { marker: undefined, start: bytes.length, end: bytes.length };
}

/** Calls `visit` with each marker before the first scan, where the bytes after its length begin; ends when it says so. */
export function visitHeaders(bytes: Buffer, visit: (marker: number, at: number) => boolean): void {
  for (let at = 2; ; ) {
    const { marker, end } = nextMarker(bytes, at);
    if (marker === undefined || marker === MARKER.eoi) return;
    if (isBare(marker)) {
      at = end;
      continue;
    }
    if (end + 2 > bytes.length || visit(marker, end + 2) || marker === MARKER.sos) return;
    at = end + Math.max(2, bytes.readUInt16BE(end));
  }
}

/** Where the header of the first scan begins; the end of the file where there is none. */
export function firstScanAt(bytes: Buffer): number {
  let scanAt = bytes.length;
  visitHeaders(bytes, (marker, at) => {
    if (marker === MARKER.sos) scanAt = at;
    return false;
  });
  return scanAt;
}
