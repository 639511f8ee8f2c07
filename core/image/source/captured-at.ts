import { firstInteger, readDirectory, readTiffHeader, type TiffEntry } from './tiff-directory.ts';

const EXIF_POINTER = 0x8769;

/**
 * The tags of each date, the better one first: of the shot, then of its digitisation.
 *
 * @see CIPA DC-008-2024, 4.6.5, for these tags and their texts
 */
const DATES = [
  { date: 0x9003, offset: 0x9011, subSeconds: 0x9291 },
  { date: 0x9004, offset: 0x9012, subSeconds: 0x9292 },
] as const;

const DATE_TEXT = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/;
const OFFSET_TEXT = /^[+-](0\d|1[0-4]):[0-5]\d$/;

/**
 * When the picture was taken, in the camera's local time: `YYYY-MM-DDTHH:MM:SS[.sss][±HH:MM]`, the offset where EXIF
 * names one. Undefined where there is no date, or one that no calendar has, as of a camera whose clock was never set.
 *
 * @param block EXIF with or without the leading `Exif\0\0`, or a whole TIFF
 */
export function capturedAtOf(block: Buffer | undefined): string | undefined {
  if (block === undefined) return undefined;
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const header = readTiffHeader(tiff);
  if (header === undefined) return undefined;
  const image = readDirectory(tiff, header, header.firstOffset);
  const pointer = image.find(({ tag }) => tag === EXIF_POINTER);
  const photo = readDirectory(tiff, header, firstInteger(pointer, header.littleEndian) ?? tiff.length);
  for (const { date, offset, subSeconds } of DATES) {
    const local = localTime(textOf(photo, date));
    if (local === undefined) continue;
    const fraction = /^\d+/.exec(textOf(photo, subSeconds))?.[0];
    const zone = textOf(photo, offset);
    const ms = fraction === undefined ? '' : `.${fraction.slice(0, 3).padEnd(3, '0')}`;
    return local + ms + (OFFSET_TEXT.test(zone) ? zone : '');
  }
  return undefined;
}

/** `YYYY-MM-DDTHH:MM:SS` of the text of a date; undefined where there is no such moment. */
function localTime(text: string): string | undefined {
  const [, year, month, day, time] = DATE_TEXT.exec(text) ?? [];
  const local = `${year}-${month}-${day}T${time}`;
  const moment = new Date(`${local}Z`);
  // JavaScript takes 31 February for 3 March, and 24:00 for the next day.
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(local);
  return exists && year !== '0000' ? local : undefined;
}

function textOf(entries: readonly TiffEntry[], wanted: number): string {
  const value = entries.find(({ tag }) => tag === wanted)?.value.toString('latin1') ?? '';
  return value.split('\0', 1)[0]?.trim() ?? '';
}
