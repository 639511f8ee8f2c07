import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const WIDTH_PX = 12_250;
const HEIGHT_PX = 8_165;
const DARKROOM = new URL('darkroom.ts', import.meta.url).pathname;

/** Peak memory of a whole process that does everything to a JPEG of 100 megapixels, in MiB. */
export async function measurePeakMemory(path: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-large-'));
  try {
    const large = join(folder, 'large.jpg');
    const options = { limitInputPixels: false };
    await sharp(path, options)
      .resize(WIDTH_PX, HEIGHT_PX, { fit: 'fill' })
      .jpeg({ quality: 90 })
      .toFile(large);
    return Number(execFileSync(process.execPath, [DARKROOM, large], { encoding: 'utf8' })) / 1024;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
