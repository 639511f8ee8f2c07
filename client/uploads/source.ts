import type { UploadSource } from './entry.ts';

/** Browsers know no type for some of these, for example HEIC on Windows. */
const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heic: 'image/heic',
  heif: 'image/heif',
};

export interface UploadChoices {
  recipe?: string;
  album?: string;
}

/** A browser's file or an upload source, as the second. What a source names itself counts more than `choices`. */
export function sourceOf(file: File | UploadSource, choices: UploadChoices): UploadSource {
  if ('open' in file) return { ...choices, ...file, type: typeOf(file), open: () => file.open() };
  return { ...choices, name: file.name, bytes: file.size, type: typeOf(file), open: () => file };
}

/** The type that the file has; by its extension where it has none. */
function typeOf({ name, type }: { name: string; type: string }): string {
  if (type !== '') return type;
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return TYPES[extension] ?? 'application/octet-stream';
}
