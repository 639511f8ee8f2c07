import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { bundleDarkroom } from './bundles.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const WIDTH_PX = 12_250;
const HEIGHT_PX = 8_165;

/** Peak memory of a whole process that does everything to a JPEG of 100 megapixels made of a picture, in MiB. */
export function measurePeakMemory(path: string): Promise<number> {
  return inTemporaryFolder(async (folder) => {
    const large = join(folder, 'large.jpg');
    const picture = sharp(path).resize(WIDTH_PX, HEIGHT_PX, { fit: 'fill' });
    await picture.jpeg({ quality: 90 }).toFile(large);
    const program = bundleDarkroom(folder);
    return Number(execFileSync(process.execPath, [program, large], { encoding: 'utf8' })) / 1024;
  });
}
