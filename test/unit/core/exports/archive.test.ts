import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type ArchiveEntry, makeArchive } from '../../../../core/exports/archive.ts';
import { zipEntries } from '../../../support/zip-entries.ts';

const CHUNK = Buffer.alloc(256 * 1024, 7);
const MODIFIED_AT = new Date('2026-02-03T04:05:06.000Z');

/** A file whose chunks are counted as they are asked for. */
function entryOf(name: string, chunks: number, onChunk = () => {}): ArchiveEntry {
  return {
    name,
    bytes: chunks * CHUNK.length,
    modifiedAt: MODIFIED_AT,
    async open() {
      return (async function* () {
        for (let index = 0; index < chunks; index++) {
          onChunk();
          yield CHUNK;
        }
      })();
    },
  };
}

describe('an archive', () => {
  it.each([
    ['no files', 0, ''],
    ['some files', 3, 'a'],
    ['500 files with a directory of more than 64 KB', 500, 'ä'.repeat(90)],
  ])('of %s has exactly the size that was said before', async (_, count, prefix) => {
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}.jpg`);
    const archive = await makeArchive(names.map((name, index) => entryOf(name, index % 2)));
    const body = await buffer(archive.body);
    expect(body.length).toBe(archive.bytes);
    expect([...zipEntries(body).keys()]).toEqual(names);
  });

  it('reads no further than its reader, and one file at a time', async () => {
    let asked = 0;
    const entries = Array.from({ length: 40 }, (_, index) => entryOf(`${index}.bin`, 40, () => (asked += 1)));
    const archive = await makeArchive(entries);
    let read = 0;
    let ahead = 0;
    for await (const chunk of archive.body) {
      read += chunk.length;
      if (asked % 400 === 0) await sleep(5);
      ahead = Math.max(ahead, asked * CHUNK.length - read);
    }
    expect(asked).toBe(1600);
    // Of 420 MB: what a handful of streams buffer.
    expect(ahead).toBeLessThan(3 * 2 ** 20);
  });

  it('ends with the error of a file, whether it can’t be opened, breaks off or has another size', async () => {
    const cannotOpen = { ...entryOf('a', 1), open: () => Promise.reject(new Error('gone')) };
    await expect(buffer((await makeArchive([entryOf('b', 1), cannotOpen])).body)).rejects.toThrow('gone');
    const breaksOff = entryOf('c', 3, () => {
      throw new Error('broken');
    });
    await expect(buffer((await makeArchive([breaksOff, entryOf('d', 1)])).body)).rejects.toThrow('broken');
    const short = { ...entryOf('e', 1), bytes: 5 };
    await expect(buffer((await makeArchive([short])).body)).rejects.toThrow('unexpected number of bytes');
  });
});
