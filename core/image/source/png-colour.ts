import { deflateSync } from 'node:zlib';
import { spanColours } from './colorants.ts';
import {
  type ColourSpace,
  codedSpace,
  type HdrSpace,
  powerOf,
  SRGB_PRIMARIES,
  SRGB_TRANSFER,
} from './colour-space.ts';
import { headerChunks, pngChunk } from './png-chunks.ts';

/** What a PNG says of its colours, but for a profile, which libvips reads. */
export type PngColour = ColourSpace | HdrSpace | { received: string } | undefined;

/** The chunks that say what the colours are, the first that is there counts. @see https://www.w3.org/TR/png-3/#12Colour-spaces */
const COLOUR_CHUNKS = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM'];

/** The colour space that a PNG states by numbers; undefined where it is sRGB, or that of its profile. */
export function pngColour(bytes: Buffer): PngColour {
  const chunks = headerChunks(bytes);
  const find = (type: string) => chunks.find((chunk) => chunk.type === type)?.data;
  const cicp = find('cICP');
  if (cicp !== undefined && cicp.length >= 4) return cicpSpace(cicp);
  if (find('iCCP') !== undefined || find('sRGB') !== undefined) return undefined;
  return measuredSpace(find('gAMA'), find('cHRM'));
}

/** The PNG with a profile in place of all that it says of its colours. */
export function withProfile(bytes: Buffer, icc: Buffer): Buffer {
  const [header, ...others] = headerChunks(bytes);
  if (header === undefined) return bytes;
  const kept = others.filter(({ type }) => !COLOUR_CHUNKS.includes(type));
  return Buffer.concat([
    bytes.subarray(0, header.end),
    pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(icc)])),
    ...kept.map(({ start, end }) => bytes.subarray(start, end)),
    bytes.subarray(others.at(-1)?.end ?? header.end),
  ]);
}

const COLOUR_TYPE_AT = 25;
const COLOUR_BIT = 2;

/** Whether the header says that the samples are grey: colour types 0 and 4. */
export function isGreyPng(bytes: Buffer): boolean {
  return ((bytes[COLOUR_TYPE_AT] ?? 0) & COLOUR_BIT) === 0;
}

/** Primaries, transfer, matrix (0, as PNG is RGB), and whether the range is full. */
function cicpSpace(cicp: Buffer): PngColour {
  const [primaries = 2, transfer = 2, matrix = 0, isFullRange = 1] = cicp;
  if (matrix !== 0 || isFullRange === 0) return { received: 'a PNG whose samples are a video signal' };
  return codedSpace(primaries, transfer);
}

/** Chromaticities and exponents are stored times this. */
const UNIT = 100_000;
/** What writers state for sRGB, as an exponent of 2.2 is near to it; libpng and ImageMagick take it for sRGB, too. */
const SRGB_GAMMA = 45_455;
const SRGB_GAMMA_TOLERANCE = 455;
const PRIMARIES_TOLERANCE = 0.002;
/** Exponents of 50 to 0.1; others are mistakes. */
const GAMMAS = { least: 2000, most: 1_000_000 } as const;

/** @see https://www.w3.org/TR/png-3/#11gAMA and #11cHRM */
function measuredSpace(gama: Buffer | undefined, chrm: Buffer | undefined): PngColour {
  const gamma = gama !== undefined && gama.length >= 4 ? gama.readUInt32BE() : 0;
  const hasGamma = gamma >= GAMMAS.least && gamma <= GAMMAS.most;
  const primaries = chrm !== undefined && chrm.length >= 32 ? measuredPrimaries(chrm) : undefined;
  const hasPrimaries = primaries !== undefined && spanColours(primaries);
  if (!hasGamma && !hasPrimaries) return undefined;
  const space = {
    primaries: hasPrimaries ? primaries : SRGB_PRIMARIES,
    transfer: hasGamma ? powerOf(UNIT / gamma) : SRGB_TRANSFER,
  };
  return isMeantAsSrgb(gamma, space.primaries) ? { ...space, transfer: SRGB_TRANSFER } : space;
}

function isMeantAsSrgb(gamma: number, primaries: ColourSpace['primaries']): boolean {
  if (Math.abs(gamma - SRGB_GAMMA) > SRGB_GAMMA_TOLERANCE) return false;
  return (['red', 'green', 'blue', 'white'] as const).every((name) =>
    [0, 1].every((axis) => {
      const [stated = 0, meant = 0] = [primaries[name][axis], SRGB_PRIMARIES[name][axis]];
      return Math.abs(stated - meant) <= PRIMARIES_TOLERANCE;
    }),
  );
}

function measuredPrimaries(chrm: Buffer): ColourSpace['primaries'] {
  const at = (index: number) => [8 * index, 8 * index + 4].map((place) => chrm.readUInt32BE(place) / UNIT);
  const [white, red, green, blue] = [0, 1, 2, 3].map(at) as unknown as [number, number][];
  return { white, red, green, blue } as ColourSpace['primaries'];
}
