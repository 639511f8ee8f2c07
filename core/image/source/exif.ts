import readExifBlock from 'exif-reader';
import type { Exif } from '../types.ts';

/** Longest text and list that are shown; longer ones are vendors' data, not facts about the shot. */
const MAX_TEXT_LENGTH = 500;
const MAX_LIST_LENGTH = 32;

/** The blocks of EXIF that describe the shot; the thumbnail's is not one. */
const BLOCKS = ['Image', 'Photo', 'GPSInfo', 'Iop'] as const;

/**
 * The EXIF of an image by block, in plain values; null where there is none or it can't be read, as broken EXIF
 * is no reason to refuse a picture.
 *
 * @param block as libvips hands it out, with or without the leading `Exif\0\0`
 */
export function readExif(block: Buffer | undefined): Exif | null {
  const parsed = block === undefined ? undefined : parse(block);
  if (parsed === undefined) return null;
  const exif: Exif = {};
  for (const name of BLOCKS) {
    const values = plainValues(parsed[name] ?? {});
    if (Object.keys(values).length > 0) exif[name] = values;
  }
  return Object.keys(exif).length > 0 ? exif : null;
}

function parse(block: Buffer): ReturnType<typeof readExifBlock> | undefined {
  try {
    return readExifBlock(block);
  } catch {
    return undefined;
  }
}

function plainValues(tags: object): Exif[string] {
  const values: Exif[string] = {};
  for (const [name, value] of Object.entries(tags)) {
    const plain = plainValue(value);
    if (plain !== undefined) values[name] = plain;
  }
  return values;
}

function plainValue(value: unknown): string | number | number[] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return plainText(value);
  if (value instanceof Uint8Array) return plainText(decodeText(value));
  // The camera's local time; EXIF says nothing of a zone, so neither do we.
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? undefined : value.toISOString().slice(0, 19);
  if (Array.isArray(value)) return plainList(value);
  return undefined;
}

function plainText(text: string): string | undefined {
  const trimmed = text.slice(0, lengthWithoutTail(text));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell binary data from text
  if (trimmed === '' || /[\x00-\x08\x0e-\x1f]/.test(trimmed)) return undefined;
  return trimmed.slice(0, MAX_TEXT_LENGTH);
}

/** A regular expression anchored to the end would take the square of the length on a vendor's block of zeros. */
function lengthWithoutTail(text: string): number {
  let length = text.length;
  while (length > 0 && /[\0\s]/.test(text.charAt(length - 1))) length--;
  return length;
}

function plainList(list: unknown[]): number[] | undefined {
  const numbers = list.filter((value) => typeof value === 'number' && Number.isFinite(value));
  return numbers.length === list.length && list.length <= MAX_LIST_LENGTH ? (numbers as number[]) : undefined;
}

/** EXIF text is ASCII by the standard; what is not is UTF-8 by custom, or else Latin-1. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
