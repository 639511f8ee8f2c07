import { join } from 'node:path';
import { sharp } from '../core/image/sharp-setup.ts';

const SAMPLES = join(import.meta.dirname, '..', 'samples');

/** A photo of 12 megapixels and 978 KB, as a telephone takes it. */
export async function largePhoto(): Promise<Blob> {
  const photo = sharp(join(SAMPLES, 'astronaut-sideways.jpg')).rotate().resize(3000);
  return new Blob([new Uint8Array(await photo.jpeg({ quality: 90 }).toBuffer())], { type: 'image/jpeg' });
}
