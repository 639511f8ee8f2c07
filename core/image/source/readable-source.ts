import { corruptImage } from './corrupt-image.ts';
import type { DecodeJob } from './open-source.ts';
import { readableTiff } from './readable-tiff.ts';
import { readTiffPage } from './tiff-page.ts';

/** The job with bytes that libvips decodes right: those of the file, but for pictures that it would get wrong. */
export async function readableSource(job: DecodeJob): Promise<DecodeJob> {
  if (job.inspection.info.format !== 'tiff') return job;
  const page = readTiffPage(job.bytes);
  if (page === undefined) throw corruptImage('its TIFF header cannot be read');
  return { ...job, bytes: await readableTiff(page, job) };
}
