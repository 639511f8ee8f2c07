import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { type Database, openDatabase } from '../../../../local/adapters/database.ts';
import { FileStore } from '../../../../local/adapters/file-store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const SHA256_OF_HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const BUCKET = 'outputs';

describe('FileStore', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: Database;
  let store: FileStore;
  let skipped: string[];
  let inbox: string;
  let outputs: string;

  beforeEach(() => {
    folder = temporaryFolder();
    inbox = join(folder.path, 'inbox');
    outputs = join(folder.path, 'outputs');
    mkdirSync(inbox);
    database = openDatabase(join(folder.path, 'data'));
    skipped = [];
    store = openStore();
  });
  afterEach(() => {
    database.close();
    folder[Symbol.dispose]();
  });

  function openStore(): FileStore {
    return new FileStore(database, {
      inbox: { bucket: 'inbox', directory: inbox },
      outputs: { bucket: BUCKET, directory: outputs },
      metadataOf: () => ({}),
      onSkipped: (_, { message }) => skipped.push(message),
    });
  }

  function drop(key: string, content = key): void {
    mkdirSync(dirname(join(inbox, key)), { recursive: true });
    writeFileSync(join(inbox, key), content);
  }

  async function inboxKeys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const source of store.versions('inbox')) keys.push(source.key);
    return keys.sort();
  }

  /** Every file in the folder of outputs, partial ones too. */
  function outputFiles(): string[] {
    const entries = readdirSync(outputs, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  describe('the inbox', () => {
    it('uses the SHA-256 of the content as the version', async () => {
      drop('a.jpg', 'hello');
      utimesSync(join(inbox, 'a.jpg'), new Date(0), new Date('2026-02-03T04:05:06.789Z'));
      expect(await store.source('inbox', 'a.jpg')).toEqual({
        bucket: 'inbox',
        key: 'a.jpg',
        versionId: SHA256_OF_HELLO,
        bytes: 5,
        modifiedAt: '2026-02-03T04:05:06.789Z',
      });
    });

    it('distinguishes contents of the same size and time', async () => {
      drop('a.jpg', 'hello');
      const before = statSync(join(inbox, 'a.jpg'));
      drop('a.jpg', 'hallo');
      utimesSync(join(inbox, 'a.jpg'), before.atime, before.mtime);
      const ref = { bucket: 'inbox', key: 'a.jpg', versionId: SHA256_OF_HELLO };
      expect(await store.read(ref)).toBeUndefined();
      expect(await store.head(ref)).toBeUndefined();
    });

    it('leaves out hidden, temporary and left-behind files', async () => {
      const kept = ['a.jpg', 'b/c.png', 'ä ö/d.webp', 'no-extension', 'e.part.jpg', 'temp.jpg'];
      const passing = [
        '.DS_Store',
        '.git/x.jpg',
        '~$a.jpg',
        'a.jpg~',
        'b/x.crdownload',
        'x.part',
        'Thumbs.db',
      ];
      for (const key of [...kept, ...passing, 'x.TMP', 'desktop.ini']) drop(key);
      expect(await inboxKeys()).toEqual([...kept].sort());
    });

    it('follows no link, neither when it lists nor when it reads', async () => {
      mkdirSync(join(folder.path, 'private'));
      writeFileSync(join(folder.path, 'private', 'secret.jpg'), 'secret');
      symlinkSync(join(folder.path, 'private'), join(inbox, 'folder'));
      symlinkSync(join(folder.path, 'private', 'secret.jpg'), join(inbox, 'file.jpg'));
      symlinkSync(inbox, join(inbox, 'circle'));
      symlinkSync(join(folder.path, 'nowhere'), join(inbox, 'broken.jpg'));
      expect(await inboxKeys()).toEqual([]);
      for (const key of ['folder/secret.jpg', 'file.jpg', 'broken.jpg', '../private/secret.jpg']) {
        expect(await store.read({ bucket: 'inbox', key })).toBeUndefined();
        expect(await store.source('inbox', key)).toBeUndefined();
        await store.delete({ bucket: 'inbox', key });
      }
      expect(readFileSync(join(folder.path, 'private', 'secret.jpg'), 'utf8')).toBe('secret');
    });

    it('works where the inbox itself is reached by a link', async () => {
      drop('a.jpg', 'hello');
      renameSync(inbox, join(folder.path, 'elsewhere'));
      symlinkSync(join(folder.path, 'elsewhere'), inbox);
      expect(await inboxKeys()).toEqual(['a.jpg']);
      expect(await store.read({ bucket: 'inbox', key: 'a.jpg' })).toEqual(Buffer.from('hello'));
    });

    it('ignores everything that is not a file', async () => {
      const socket = createServer();
      await new Promise<void>((resolve) => socket.listen(join(inbox, 'socket.jpg'), resolve));
      expect(readdirSync(inbox)).toEqual(['socket.jpg']);
      expect(await inboxKeys()).toEqual([]);
      expect(await store.read({ bucket: 'inbox', key: 'socket.jpg' })).toBeUndefined();
      await new Promise((resolve) => socket.close(resolve));
    });

    it('finds nothing under a key that only resembles a path', async () => {
      drop('a/b.jpg');
      for (const key of [
        'a//b.jpg',
        './a/b.jpg',
        '/a/b.jpg',
        'a/../a/b.jpg',
        'a/b.jpg\0',
        'a/b.jpg/',
        '',
        'a',
      ]) {
        expect(await store.read({ bucket: 'inbox', key }), JSON.stringify(key)).toBeUndefined();
      }
    });

    it('never writes', async () => {
      await expect(
        store.write({ bucket: 'inbox', key: 'a.jpg' }, Buffer.from('x'), 'image/jpeg'),
      ).rejects.toThrow(InvalidInputError);
      expect(readdirSync(inbox)).toEqual([]);
    });

    it('deletes only the version that is meant', async () => {
      drop('a.jpg', 'newer');
      await store.delete({ bucket: 'inbox', key: 'a.jpg', versionId: SHA256_OF_HELLO });
      expect(await inboxKeys()).toEqual(['a.jpg']);
      drop('a.jpg', 'hello');
      await store.delete({ bucket: 'inbox', key: 'a.jpg', versionId: SHA256_OF_HELLO });
      expect(await inboxKeys()).toEqual([]);
    });

    it('distinguishes a missing folder from a missing photo', async () => {
      drop('a.jpg', 'hello');
      const ref = { bucket: 'inbox', key: 'a.jpg', versionId: SHA256_OF_HELLO };
      renameSync(inbox, `${inbox}-unplugged`);
      const gone = expect.objectContaining({ name: 'TransientError', code: 'FOLDER_GONE' });
      await expect(store.read(ref)).rejects.toEqual(gone);
      await expect(store.head(ref)).rejects.toEqual(gone);
      await expect(store.delete(ref)).rejects.toEqual(gone);
      await expect(inboxKeys()).rejects.toEqual(gone);
      renameSync(`${inbox}-unplugged`, inbox);
      expect(await store.read(ref)).toEqual(Buffer.from('hello'));
    });
  });

  describe('the outputs', () => {
    const ref = { bucket: BUCKET, key: 'processed/Ärger & Söhne/a+b 100%.jpg' };

    it('are plain files under their keys', async () => {
      await store.write(ref, Buffer.from('pixels'), 'image/jpeg');
      const path = join(outputs, ref.key);
      expect(readFileSync(path, 'utf8')).toBe('pixels');
      expect(await store.locate(ref)).toEqual({ path, contentType: 'image/jpeg', metadata: {} });
    });

    it('stay in their folder and leave nothing outside it, whatever the key', async () => {
      const hostile = [
        '../../escape',
        '/etc/escape',
        'a/../../../escape',
        '..',
        '.',
        '//',
        'nul\0byte',
        '\\\\x\\y',
      ];
      for (const key of hostile) {
        await store.write({ bucket: BUCKET, key }, Buffer.from(key), 'image/jpeg');
        expect(await store.read({ bucket: BUCKET, key })).toEqual(Buffer.from(key));
      }
      expect(outputFiles()).toHaveLength(hostile.length);
      expect(readdirSync(folder.path).sort()).toEqual(['data', 'inbox', 'outputs']);
    });

    it('refuses a key that has no UTF-8', async () => {
      for (const key of ['', '\uD800', 'a/\uDC00b']) {
        await expect(store.write({ bucket: BUCKET, key }, Buffer.from('x'), 'image/jpeg')).rejects.toThrow(
          InvalidInputError,
        );
      }
    });

    it('are kept apart where a file system would treat two keys as one', async () => {
      const keys = ['Photo.jpg', 'photo.jpg', 'Ä.jpg', 'A\u0308.jpg'];
      for (const key of keys) await store.write({ bucket: BUCKET, key }, Buffer.from(key), 'image/jpeg');
      const folded = outputFiles().map((name) => name.normalize('NFC').toLowerCase());
      expect(new Set(folded).size).toBe(4);
      for (const key of keys) expect(await store.read({ bucket: BUCKET, key })).toEqual(Buffer.from(key));
    });

    it('may be named like a folder of others, in either order', async () => {
      for (const key of ['x', 'x/y', 'z/y', 'z']) {
        await store.write({ bucket: BUCKET, key }, Buffer.from(key), 'image/jpeg');
      }
      await store.write({ bucket: BUCKET, key: 'z' }, Buffer.from('again'), 'image/jpeg');
      expect(await store.read({ bucket: BUCKET, key: 'x/y' })).toEqual(Buffer.from('x/y'));
      expect(await store.read({ bucket: BUCKET, key: 'z/y' })).toEqual(Buffer.from('z/y'));
      expect(await store.read({ bucket: BUCKET, key: 'z' })).toEqual(Buffer.from('again'));
    });

    it('are found by the next process, which removes half-written files', async () => {
      await store.write(ref, Buffer.from('pixels'), 'image/jpeg');
      const [partial] = readdirSync(outputs, { withFileTypes: true }).filter(({ name }) =>
        name.startsWith('.'),
      );
      writeFileSync(join(outputs, String(partial?.name), 'leftover'), 'pix');
      expect(outputFiles()).toContain('leftover');
      store = openStore();
      expect(outputFiles()).toEqual(['a+b 100%.jpg']);
      expect(await store.head(ref)).toMatchObject({ contentType: 'image/jpeg', bytes: 6 });
    });

    it('are missing after the user has deleted them, and can be written again', async () => {
      await store.write(ref, Buffer.from('pixels'), 'image/jpeg');
      rmSync(join(outputs, 'processed'), { recursive: true });
      expect(await store.read(ref)).toBeUndefined();
      await store.write(ref, Buffer.from('pixels'), 'image/jpeg');
      expect(await store.read(ref)).toEqual(Buffer.from('pixels'));
    });

    it('can still be written after everything in their folder was removed', async () => {
      rmSync(outputs, { recursive: true });
      mkdirSync(outputs);
      await Promise.all(
        ['a', 'b', 'c'].map((key) => store.write({ bucket: BUCKET, key }, Buffer.from(key), 'image/jpeg')),
      );
      expect(outputFiles().sort()).toEqual(['a', 'b', 'c']);
    });

    it('are not written while their folder is missing, and no other folder is made', async () => {
      await store.write(ref, Buffer.from('old'), 'image/jpeg');
      renameSync(outputs, `${outputs}-unplugged`);
      const gone = `${outputs}: the folder is not there. Put it back`;
      await expect(store.write(ref, Buffer.from('new'), 'image/jpeg')).rejects.toThrow(gone);
      await expect(store.read(ref)).rejects.toThrow(gone);
      expect(existsSync(outputs)).toBe(false);
      renameSync(`${outputs}-unplugged`, outputs);
      expect(await store.read(ref)).toEqual(Buffer.from('old'));
      await store.write(ref, Buffer.from('new'), 'image/jpeg');
      expect(await store.read(ref)).toEqual(Buffer.from('new'));
      expect(outputFiles()).toEqual(['a+b 100%.jpg']);
    });
  });

  it('has no other buckets', async () => {
    const ref = { bucket: 'elsewhere', key: 'a.jpg' };
    expect(await store.head(ref)).toBeUndefined();
    expect(await store.read(ref)).toBeUndefined();
    await store.delete(ref);
    expect(await store.locate(ref)).toBeUndefined();
    for await (const source of store.versions('elsewhere')) expect(source).toBeUndefined();
  });
});
