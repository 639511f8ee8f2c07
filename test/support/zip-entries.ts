import { crc32 } from 'node:zlib';

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64_BYTES = 20;
const STORED = 0;

/**
 * The files of an archive that stores them as they are, by their names in its directory.
 *
 * @throws Error where a signature, a size or a checksum is wrong, or a file is compressed
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function zipEntries(archive: Buffer): Map<string, Buffer> {
  const { count, start } = directoryOf(archive);
  const entries = new Map<string, Buffer>();
  let at = start;
  for (let index = 0; index < count; index++) {
    expectSame('the signature of an entry', archive.readUInt32LE(at), 0x02014b50);
    expectSame('the method', archive.readUInt16LE(at + 10), STORED);
    const bytes = archive.readUInt32LE(at + 24);
    const [nameBytes, extraBytes] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30)];
    const name = archive.subarray(at + 46, at + 46 + nameBytes).toString();
    const body = bodyOf(archive, archive.readUInt32LE(at + 42), bytes, name);
    expectSame(`the checksum of ${name}`, crc32(body), archive.readUInt32LE(at + 16));
    if (entries.has(name)) throw new Error(`${name} is there twice`);
    entries.set(name, body);
    at += 46 + nameBytes + extraBytes;
  }
  return entries;
}

function directoryOf(archive: Buffer): { count: number; start: number } {
  const end = archive.length - 22;
  expectSame('the signature of the end', archive.readUInt32LE(end), END);
  const count = archive.readUInt16LE(end + 10);
  if (count !== 0xffff) return { count, start: archive.readUInt32LE(end + 16) };
  const end64 = Number(archive.readBigUInt64LE(end - LOCATOR64_BYTES + 8));
  expectSame('the signature of the long end', archive.readUInt32LE(end64), END64);
  return {
    count: Number(archive.readBigUInt64LE(end64 + 32)),
    start: Number(archive.readBigUInt64LE(end64 + 48)),
  };
}

function bodyOf(archive: Buffer, at: number, bytes: number, name: string): Buffer {
  expectSame('the signature of a file', archive.readUInt32LE(at), 0x04034b50);
  const [nameBytes, extraBytes] = [archive.readUInt16LE(at + 26), archive.readUInt16LE(at + 28)];
  expectSame('the name before the file', archive.subarray(at + 30, at + 30 + nameBytes).toString(), name);
  const start = at + 30 + nameBytes + extraBytes;
  return archive.subarray(start, start + bytes);
}

function expectSame<T>(what: string, received: T, expected: T): void {
  if (received !== expected) throw new Error(`${what}: expected ${expected}, received ${received}`);
}
