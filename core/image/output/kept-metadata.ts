import type { Recipe } from '../../recipe.ts';
import type { Inspection } from '../source/inspect.ts';
import { keptExif } from './kept-exif.ts';

/** The EXIF that outputs carry, and a note where their format cannot hold it. */
export function keptMetadata(
  { exifBlock: block, densityDpi }: Inspection,
  { metadata, output }: Pick<Recipe, 'metadata' | 'output'>,
): { exif: Buffer | undefined; notes: string[] } {
  const exif = keptExif({ block, densityDpi }, metadata.keep);
  if (exif === undefined || output.format !== 'gif') return { exif, notes: [] };
  return { exif: undefined, notes: [NO_EXIF_IN_GIF] };
}

const NO_EXIF_IN_GIF =
  'GIF holds no EXIF, so the outputs do not carry what metadata.keep asks for. Use WebP output to keep it.';
