import type { Inspection } from '../../../core/image/source/inspect.ts';
import { channelsOf } from '../../../core/image/source/tiff-channels.ts';
import type { TiffPage } from '../../../core/image/source/tiff-page.ts';
import type { Reader, Reading } from './reading.ts';

/** What decides whether a reader is right about a file. */
export interface Read {
  reader: Reader;
  reading: Reading;
  /** What Pillow made of the file, where it reads it. */
  pillow: Reading | undefined;
  inspection: Inspection;
  /** Whether the file states its colours by code points, cICP or nclx, and they are not those of sRGB. */
  isCoded: boolean;
  /** The profiles of a PNG; the standard allows one. */
  pngProfiles: number;
  /** The page of a TIFF that we read. */
  tiff: TiffPage | undefined;
}

/** A kind of file that other readers show otherwise, and are wrong about. */
interface Exception {
  readers: readonly Reader[];
  reason: string;
  applies(read: Read): boolean;
}

/** Every exception of the oracle by kind. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'colours by code points': {
    readers: ['Pillow', 'ImageMagick'],
    reason: 'neither converts by cICP or nclx; npm test compares these with the formulas of the standards',
    applies: ({ isCoded }) => isCoded,
  },
  'colours by gamma': {
    readers: ['Pillow', 'ImageMagick'],
    reason:
      'Pillow does not convert by gAMA and cHRM, ImageMagick only by a gamma of 1; npm test has the formulas',
    applies: ({ inspection, isCoded }) =>
      !isCoded && inspection.isProfileStated && inspection.profile === 'other',
  },
  'ink without a profile': {
    readers: ['Pillow', 'ImageMagick'],
    reason:
      'both take CMYK for the opposite of RGB; Darkroom takes the inks of the profile that libvips brings',
    applies: ({ inspection }) => inspection.info.colourSpace === 'cmyk' && !inspection.info.hasProfile,
  },
  'hidden profile': {
    readers: ['Pillow'],
    reason:
      'at a damaged tag or chunk, it stops before the profile behind it, or finds one that libvips does not',
    applies: ({ inspection, reading }) => inspection.info.hasProfile !== reading.hasProfile,
  },
  'two profiles': {
    readers: ['ImageMagick'],
    reason: 'at a second profile that is damaged, it drops the first as well, which Darkroom takes',
    applies: ({ pngProfiles }) => pngProfiles > 1,
  },
  'profile without white': {
    readers: ['Pillow', 'ImageMagick'],
    reason:
      'what a damaged profile means, whose colorants do not add up to white, depends on how a library clips',
    applies: ({ pillow }) => pillow?.isOffWhite === true,
  },
  'uncovered canvas': {
    readers: ['Pillow', 'ImageMagick'],
    reason:
      'they fill what no frame covers with a colour of the file or with black, where browsers show nothing',
    applies: ({ pillow, reading }) => (pillow ?? reading).coversCanvas === false,
  },
  'several extra channels': {
    readers: ['ImageMagick'],
    reason: 'it takes another channel than the first alpha for opacity; npm test computes these pictures',
    applies: ({ tiff }) =>
      tiff !== undefined && tiff.samples - (channelsOf(tiff)?.colour ?? tiff.samples) > 1,
  },
  'picture behind a thumbnail': {
    readers: ['ImageMagick'],
    reason: 'it reads the first page, whatever it is; Pillow is asked for the first that is no thumbnail',
    applies: ({ tiff, pillow }) =>
      pillow === undefined && tiff !== undefined && tiff.offset !== tiff.header.firstOffset,
  },
  'AVIF by an old library': {
    readers: ['ImageMagick'],
    reason: "Debian's ImageMagick 6 leaves out profiles and opacity of AVIF; Pillow reads nearly every file",
    applies: ({ inspection }) => inspection.info.format === 'avif',
  },
  'frame outside its canvas': {
    readers: ['ImageMagick'],
    reason: 'it leaves out what lies outside the canvas, which Pillow and Darkroom enlarge to hold the frame',
    applies: ({ reading: { sizes }, pillow }) =>
      pillow !== undefined &&
      String(pillow.sizes[0]) === String(pillow.sizes[1]) &&
      String(sizes[0]) !== String(sizes[1]),
  },
};

/** The name of the exception that a file is; undefined where the reader is to be believed. */
export function exceptionOf(read: Read): string | undefined {
  return Object.entries(EXCEPTIONS).find(
    ([, { readers, applies }]) => readers.includes(read.reader) && applies(read),
  )?.[0];
}
