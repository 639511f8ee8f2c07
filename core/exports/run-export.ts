import { reasonOf, TransientError } from '../errors.ts';
import { archiveKey } from '../names.ts';
import type { ExportPorts } from '../ports.ts';
import { type ArchiveEntry, makeArchive } from './archive.ts';
import { EXPORT_KEPT_MS, type ExportRecord, MAX_EXPORT_BYTES, UNFINISHED } from './export-record.ts';
import { type ExportFile, findFiles } from './find-files.ts';
import { tooLarge } from './request-export.ts';

const ZIP_TYPE = 'application/zip';
/** A file may be deleted after it was found. The next try leaves it out. */
const MAX_TRIES = 3;
const PROGRESS_EVERY_MS = 1_000;

/** A file is not what it was when the size of the archive was calculated. */
class FileChangedError extends TransientError {}

/**
 * Makes the archive of an export. Doing it again, after a crash or a repeated message, writes the same key; an export that
 * has ended stays as it is.
 *
 * @returns the export as it is then; undefined where there is none
 * @throws TransientError when the message should come again
 */
export async function runExport(ports: ExportPorts, exportId: string): Promise<ExportRecord | undefined> {
  const known = await ports.exports.get(exportId);
  if (known === undefined || known.expiresAt <= ports.clock.now().toISOString()) return undefined;
  const started = await ports.exports.update(exportId, UNFINISHED, { state: 'RUNNING', files: 0 });
  if (started === undefined) return known;
  try {
    return (await tryAgain(() => writeArchive(ports, started))) ?? ports.exports.get(exportId);
  } catch (error) {
    // For the dead-letter queue, which knows nothing but the message.
    await ports.exports.update(exportId, ['RUNNING'], { reason: reasonOf(error) });
    throw error;
  }
}

async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FileChangedError) || tries === MAX_TRIES) throw error;
    }
  }
}

async function writeArchive(ports: ExportPorts, record: ExportRecord): Promise<ExportRecord | undefined> {
  const { exportId, items } = record;
  // Before any image is looked at: whoever deletes one later finds the archive by it.
  await ports.exports.hold(record);
  const files = await findFiles(ports, record);
  const leftOut = items.length - files.length;
  const sum = files.reduce((bytes, file) => bytes + file.bytes, 0);
  if (sum > MAX_EXPORT_BYTES) {
    return end(ports, exportId, {
      state: 'FAILED',
      reason: { code: 'EXPORT_TOO_LARGE', message: tooLarge(sum) },
    });
  }
  await ports.exports.update(exportId, ['RUNNING'], { leftOut });
  const archive = await makeArchive(entriesOf(ports, exportId, files));
  const ref = { bucket: ports.settings.processedBucket, key: archiveKey(exportId) };
  try {
    await ports.streams.store(ref, archive.body, archive.bytes, ZIP_TYPE);
  } finally {
    archive.body.destroy();
  }
  const change = { files: files.length, leftOut, bytes: archive.bytes, reason: null };
  return end(ports, exportId, { state: 'COMPLETE', ...change });
}

/** The entries of the archive, which report the progress as they are read. */
function entriesOf(
  { exports, streams, clock }: ExportPorts,
  exportId: string,
  found: ExportFile[],
): ArchiveEntry[] {
  let reportedAtMs = clock.now().getTime();
  return found.map(({ ref, ...file }, index) => ({
    ...file,
    async open() {
      const nowMs = clock.now().getTime();
      if (nowMs - reportedAtMs >= PROGRESS_EVERY_MS) {
        reportedAtMs = nowMs;
        await exports.update(exportId, ['RUNNING'], { files: index });
      }
      const body = await streams.open(ref);
      if (body === undefined) throw changed(file.name);
      return exactly(file, body);
    },
  }));
}

/** @throws FileChangedError where the content has another length than its head said */
async function* exactly({ name, bytes }: { name: string; bytes: number }, body: AsyncIterable<Uint8Array>) {
  let sent = 0;
  for await (const chunk of body) {
    sent += chunk.length;
    if (sent > bytes) throw changed(name);
    yield chunk;
  }
  if (sent < bytes) throw changed(name);
}

function changed(name: string): FileChangedError {
  return new FileChangedError('FILE_CHANGED', `The file ${name} was changed or deleted while it was read.`);
}

/** Undefined where somebody else has ended it meanwhile. */
function end(
  { exports, clock }: ExportPorts,
  exportId: string,
  change: Pick<ExportRecord, 'state'> & Partial<ExportRecord>,
): Promise<ExportRecord | undefined> {
  const endedAt = clock.now();
  const expiresAt = new Date(endedAt.getTime() + EXPORT_KEPT_MS).toISOString();
  return exports.update(exportId, ['RUNNING'], { ...change, endedAt: endedAt.toISOString(), expiresAt });
}
