import { firstInteger, readDirectory, readTiffHeader } from './tiff-directory.ts';

const TAGS = { newSubfileType: 254, compression: 259, photometric: 262 } as const;
const REDUCED_VERSION = 1;
const JPEG = 7;
const YCBCR = 6;

/** The mark of Canon's raw files, behind the header. */
const CR2_MARK = 'CR';

/**
 * What a TIFF is that would be decoded without an error and come out wrong, as a noun phrase; undefined for all
 * others. Raw files are TIFFs whose first picture is a preview, which would pass for the photo; libvips takes YCbCr
 * for RGB where it is not packed as JPEG.
 */
export function describeOddTiff(bytes: Buffer): string | undefined {
  const header = readTiffHeader(bytes);
  if (header === undefined) return undefined;
  const { littleEndian, firstOffset } = header;
  const entries = readDirectory(bytes, firstOffset, littleEndian);
  const integerOf = (tag: number) =>
    firstInteger(
      entries.find((entry) => entry.tag === tag),
      littleEndian,
    );
  const isPreview = ((integerOf(TAGS.newSubfileType) ?? 0) & REDUCED_VERSION) !== 0;
  if (isPreview || bytes.toString('latin1', 8, 10) === CR2_MARK) return "a camera's raw file";
  const isBareYcbcr = integerOf(TAGS.photometric) === YCBCR && integerOf(TAGS.compression) !== JPEG;
  return isBareYcbcr ? 'a TIFF in YCbCr' : undefined;
}
