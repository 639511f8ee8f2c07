import { asProblem } from '../../client/problem.ts';
import type { ExportItem, ZipExport } from '../../client/types.ts';
import type { Session } from '../app/session.ts';
import { reportChange } from '../shell/undo.tsx';
import { TEXTS } from '../texts.ts';

/** As many files, or rows, as one request takes. */
const MOST = 500;
const POLL_MS = 700;
/** Longer, and a screen reader would speak of nothing else. */
const SAY_EVERY_MS = 5_000;

/** Asks for a ZIP of one file of each image, says how far it is, and downloads it. */
export async function downloadZip(
  session: Session,
  imageIds: readonly string[],
  variant: 'processed' | 'original',
): Promise<void> {
  if (imageIds.length > MOST) return reportChange(TEXTS.download.tooMany(MOST));
  const items: ExportItem[] = imageIds.map((imageId) => ({ imageId, variant }));
  reportChange(TEXTS.download.begun(items.length));
  try {
    const asked = await session.api.call('POST /exports', { body: { items } });
    const { link, files, leftOut, bytes, reason } = await ended(session, asked);
    if (link === null) return reportChange(TEXTS.download.failed(reason?.message ?? ''));
    location.assign(link.url);
    reportChange(TEXTS.download.zip(files, bytes ?? 0, leftOut ?? 0));
  } catch (error) {
    reportChange(TEXTS.download.failed(asProblem(error).message));
  }
}

async function ended({ api }: Session, { exportId }: ZipExport): Promise<ZipExport> {
  let saidAtMs = Date.now();
  for (;;) {
    const now = await api.call('GET /exports/{exportId}', { path: { exportId } });
    if (now.state === 'COMPLETE' || now.state === 'FAILED') return now;
    if (Date.now() - saidAtMs >= SAY_EVERY_MS) {
      saidAtMs = Date.now();
      reportChange(TEXTS.download.underWay(now.files, now.items));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Downloads a table of the images, with their measures. */
export async function downloadCsv({ api }: Session, imageIds: readonly string[]): Promise<void> {
  try {
    const parts: string[] = [];
    for (let at = 0; at < imageIds.length; at += MOST) {
      const body = { imageIds: imageIds.slice(at, at + MOST) };
      const { csv } = await api.call('POST /exports/images.csv', { body });
      const text = await csv.text();
      // Each has a header, of which the file needs one.
      parts.push(at === 0 ? text : text.slice(text.indexOf('\r\n') + 2));
    }
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
    anchor.download = 'darkroom-images.csv';
    anchor.click();
    URL.revokeObjectURL(anchor.href);
    reportChange(TEXTS.download.csv(imageIds.length));
  } catch (error) {
    reportChange(TEXTS.download.failed(asProblem(error).message));
  }
}
