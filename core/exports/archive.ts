import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive. Its bytes are asked for when its turn comes. */
export interface ArchiveEntry {
  name: string;
  bytes: number;
  modifiedAt: Date;
  /** @returns exactly `bytes` bytes */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface Archive {
  /** The exact size, known before the first byte. */
  bytes: number;
  body: Readable;
}

/** Pictures are compressed already. */
const STORED = { compress: false, mode: 0o100644 };
/** Of each entry in the directory, beside its name: the header, and the time in UTC. */
const DIRECTORY_ENTRY_BYTES = 46 + 9;
const DIRECTORY_BYTES_OF_ZIP32 = 0xffff;

/**
 * A ZIP archive that stores its files as they are. One file is open at a time, and only as many bytes are in memory as
 * the streams buffer.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function makeArchive(entries: readonly ArchiveEntry[]): Promise<Archive> {
  const zip = new ZipFile();
  const body = zip.outputStream as Readable;
  zip.on('error', (error: Error) => body.destroy(error));
  // The first file is opened at once. Its error waits in the stream until somebody reads.
  body.on('error', () => {});
  for (const entry of entries) {
    const { name, bytes: size, modifiedAt: mtime } = entry;
    zip.addReadStreamLazy(name, { ...STORED, size, mtime }, (done) => {
      void openEntry(entry, body).then(
        (stream) => done(undefined, stream),
        (error) => body.destroy(error),
      );
    });
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  const onSize = resolve as (bytes?: number) => void;
  zip.end({ forceZip64Format: isLarge(entries), comment: '' }, onSize as () => void);
  return { bytes: await promise, body };
}

/**
 * yazl 3.3.1 calculates a size in the long format (ZIP64) for a directory of 64 KB or more, but writes the short format up
 * to 4 GB. Asked for the long one, it does both alike.
 */
function isLarge(entries: readonly ArchiveEntry[]): boolean {
  const directory = entries.reduce(
    (sum, { name }) => sum + DIRECTORY_ENTRY_BYTES + Buffer.byteLength(name),
    0,
  );
  return directory >= DIRECTORY_BYTES_OF_ZIP32;
}

/** yazl looks at no error of the streams that it reads, so each ends the archive here. */
async function openEntry(entry: ArchiveEntry, body: Readable): Promise<Readable> {
  const stream = Readable.from(await entry.open(), { objectMode: false });
  // Nobody reads an archive that was given up, so nobody would close its file.
  const stop = () => stream.destroy();
  body.once('close', stop);
  stream.once('close', () => body.off('close', stop)).on('error', (error) => body.destroy(error));
  return stream;
}
