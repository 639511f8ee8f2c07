import { corruptImage } from './corrupt-image.ts';
import { readableGif } from './gif-canvas.ts';
import type { DecodeJob } from './open-source.ts';
import { readableTiff } from './readable-tiff.ts';
import { readTiffPage } from './tiff-page.ts';

/** The job with bytes that libvips decodes right: those of the file, but for pictures that it would get wrong. */
export async function readableSource(job: DecodeJob): Promise<DecodeJob> {
  const { format } = job.inspection.info;
  if (format === 'gif') return { ...job, bytes: readableGif(job.bytes) };
  if (format !== 'tiff') return job;
  const page = readTiffPage(job.bytes);
  if (page === undefined) throw corruptImage('its TIFF header cannot be read');
  return { ...job, bytes: await readableTiff(page, job) };
}
