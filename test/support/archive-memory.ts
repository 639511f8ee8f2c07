import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type ArchiveEntry, makeArchive } from '../../core/exports/archive.ts';

const CHUNK_BYTES = 256 * 1024;

/** What an archive takes in a process of its own. */
interface ArchivePeak {
  bytes: number;
  /** Resident memory at its peak, less what the process had before. */
  growthBytes: number;
  ms: number;
}

function residentBytes(field: 'VmRSS' | 'VmHWM'): number {
  const line = readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
  return 1024 * Number(line?.[1]);
}

/** A file whose chunks are made as they are asked for, as a network would bring them. */
function entryOf(name: string, bytes: number): ArchiveEntry {
  return {
    name,
    bytes,
    modifiedAt: new Date(0),
    async open() {
      return (async function* () {
        for (let sent = 0; sent < bytes; sent += CHUNK_BYTES) {
          yield Buffer.alloc(Math.min(CHUNK_BYTES, bytes - sent), 1);
        }
      })();
    },
  };
}

async function measure(files: number, fileBytes: number): Promise<ArchivePeak> {
  const idleBytes = residentBytes('VmRSS');
  const startedAt = performance.now();
  const entries = Array.from({ length: files }, (_, index) => entryOf(`${index}.jpg`, fileBytes));
  const archive = await makeArchive(entries);
  // Slower than the files come, as a store is.
  const store = new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done) });
  await pipeline(archive.body, store);
  const growthBytes = residentBytes('VmHWM') - idleBytes;
  return { bytes: archive.bytes, growthBytes, ms: performance.now() - startedAt };
}

/** Makes an archive in a process of its own, which then ends. Linux only. */
export async function archivePeak(files: number, fileBytes: number): Promise<ArchivePeak> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=64',
    import.meta.filename,
    String(files),
    String(fileBytes),
  ]);
  return JSON.parse(stdout);
}

if (import.meta.main) {
  const [files, fileBytes] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify(await measure(files ?? 0, fileBytes ?? 0)));
}
