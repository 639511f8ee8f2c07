import { firstInteger, readDirectory, readTiffHeader, type TiffEntry } from '../source/tiff-directory.ts';
import { longs, shorts } from '../source/tiff-writer.ts';

const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const RESOLUTION_UNIT = 0x0128;

/** The tags of EXIF that state a resolution. */
export const RESOLUTION_TAGS: ReadonlySet<number> = new Set([X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT]);

const RATIONAL = 5;
const PER_INCH = 2;
const PER_CENTIMETRE = 3;

/** The tags that state a resolution in dots per inch. */
export function resolutionTags(dpi: number, littleEndian: boolean): TiffEntry[] {
  const [across, down] = [X_RESOLUTION, Y_RESOLUTION].map((tag) => {
    const ratio = longs(tag, [Math.round(dpi), 1], littleEndian);
    return { ...ratio, type: RATIONAL, count: 1 };
  }) as [TiffEntry, TiffEntry];
  return [across, down, shorts(RESOLUTION_UNIT, [PER_INCH], littleEndian)];
}

/** The resolution that EXIF states, in pixels per metre; undefined where it states none. */
export function resolutionOf(exif: Buffer): { across: number; down: number } | undefined {
  const header = readTiffHeader(exif);
  if (header === undefined) return undefined;
  const { littleEndian } = header;
  const entries = readDirectory(exif, header, header.firstOffset);
  const value = (wanted: number) =>
    rationalOf(
      entries.find(({ tag }) => tag === wanted),
      littleEndian,
    );
  const unit =
    firstInteger(
      entries.find(({ tag }) => tag === RESOLUTION_UNIT),
      littleEndian,
    ) ?? PER_INCH;
  const perMetre = unit === PER_CENTIMETRE ? 100 : unit === PER_INCH ? 100 / 2.54 : undefined;
  const [across, down] = [value(X_RESOLUTION), value(Y_RESOLUTION)];
  if (perMetre === undefined || across === undefined || down === undefined) return undefined;
  return { across: across * perMetre, down: down * perMetre };
}

function rationalOf(entry: TiffEntry | undefined, littleEndian: boolean): number | undefined {
  if (entry?.type !== RATIONAL || entry.count !== 1) return undefined;
  const at = (offset: number) =>
    littleEndian ? entry.value.readUInt32LE(offset) : entry.value.readUInt32BE(offset);
  return at(4) === 0 ? undefined : at(0) / at(4);
}
