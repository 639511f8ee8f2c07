import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceRef } from '../../core/names.ts';
import type { Source } from '../../core/pipeline/record.ts';
import type { ObjectStore } from '../../core/ports.ts';

/** A store under test, with a source and an output bucket. It is made once for the suite. */
export interface ObjectStoreHarness {
  objects: ObjectStore;
  sourceBucket: string;
  processedBucket: string;
  /** Puts an upload into the source bucket as a user does; `recipe` becomes the metadata of that name. */
  upload(key: string, body: Buffer, recipe?: string): Promise<SourceRef>;
  /** A second version of the same key keeps the first readable, as versioned buckets do. */
  keepsOldVersions: boolean;
  close(): Promise<void>;
}

/** Keys that users really have. */
const ORDINARY_KEYS = [
  'photo.jpg',
  'holiday 2026/Ärger & Söhne/a+b 100%.jpg',
  'deep/er/and/deeper/日本語 写真.png',
  'quotes\'"()[]{}!@#$^&=,;.webp',
  '%2e%2e/%41.jpg',
  'no-extension',
];

/** Keys that S3 takes and no file system does. */
const HOSTILE_KEYS = [
  '../escape.jpg',
  'a/../../escape.jpg',
  '/absolute.jpg',
  'a//b///c',
  './a/./b',
  '..',
  'back\\slash\\..\\..\\x',
  'C:\\Windows\\x',
  'CON/aux.txt/nul',
  'trailing. /dots...',
  'line\nbreak\ttab\u0001',
  '.hidden/.partial/x',
  '~tilde/~~/~#',
  '\u202Egpj.exe',
  `${'x'.repeat(300)}/${'ü'.repeat(200)}.jpg`,
  `${'d/'.repeat(500)}end.jpg`,
];

/** What every object store does, whatever it is made of. */
export function describeObjectStoreContract(
  name: string,
  makeHarness: () => Promise<ObjectStoreHarness>,
): void {
  describe(`object store contract: ${name}`, () => {
    let harness: ObjectStoreHarness;
    let objects: ObjectStore;
    let bucket: string;

    beforeAll(async () => {
      harness = await makeHarness();
      objects = harness.objects;
      bucket = harness.processedBucket;
    });
    afterAll(async () => await harness.close());

    describe('outputs', () => {
      it('gives back what was written, with its facts', async () => {
        const before = Date.now();
        await objects.write({ bucket, key: 'processed/a.jpg' }, Buffer.from('pixels'), 'image/jpeg');
        expect(await objects.read({ bucket, key: 'processed/a.jpg' })).toEqual(Buffer.from('pixels'));

        const info = await objects.head({ bucket, key: 'processed/a.jpg' });
        expect(info).toMatchObject({ bytes: 6, contentType: 'image/jpeg', metadata: {} });
        expect(info?.etag).not.toBe('');
        // S3 counts in whole seconds.
        expect(Date.parse(info?.modifiedAt ?? '')).toBeGreaterThan(before - 2000);
        expect(Date.parse(info?.modifiedAt ?? '')).toBeLessThan(Date.now() + 2000);
      });

      it('knows nothing of an object that was not written', async () => {
        expect(await objects.head({ bucket, key: 'processed/none.jpg' })).toBeUndefined();
        expect(await objects.read({ bucket, key: 'processed/none.jpg' })).toBeUndefined();
      });

      it('knows no object under the name of a folder', async () => {
        await objects.write({ bucket, key: 'folder/inside/a.jpg' }, Buffer.from('x'), 'image/jpeg');
        expect(await objects.head({ bucket, key: 'folder/inside' })).toBeUndefined();
        expect(await objects.read({ bucket, key: 'folder/inside' })).toBeUndefined();
        expect(await objects.read({ bucket, key: 'folder/inside/a.jpg/b' })).toBeUndefined();
      });

      it('replaces an object, its type and its ETag', async () => {
        const ref = { bucket, key: 'details/b' };
        await objects.write(ref, Buffer.from('first'), 'text/plain', { 'image-id': '0a1b', run: '1' });
        expect((await objects.head(ref))?.metadata).toEqual({ 'image-id': '0a1b', run: '1' });
        const first = await objects.head(ref);
        await objects.write(ref, Buffer.from('the second'), 'application/json');
        const second = await objects.head(ref);
        expect(await objects.read(ref)).toEqual(Buffer.from('the second'));
        expect(second).toMatchObject({ bytes: 10, contentType: 'application/json' });
        expect(second?.etag).not.toBe(first?.etag);
      });

      it('gives only the content with the ETag that is asked for', async () => {
        const ref = { bucket, key: 'processed/etag.jpg' };
        await objects.write(ref, Buffer.from('first'), 'image/jpeg');
        const etag = (await objects.head(ref))?.etag;
        expect(await objects.read({ ...ref, etag })).toEqual(Buffer.from('first'));
        await objects.write(ref, Buffer.from('second'), 'image/jpeg');
        expect(await objects.read({ ...ref, etag })).toBeUndefined();
        expect(await objects.head({ ...ref, etag })).toBeUndefined();
      });

      it('holds an empty object', async () => {
        await objects.write({ bucket, key: 'processed/empty' }, Buffer.alloc(0), 'image/png');
        expect(await objects.read({ bucket, key: 'processed/empty' })).toEqual(Buffer.alloc(0));
        expect(await objects.head({ bucket, key: 'processed/empty' })).toMatchObject({ bytes: 0 });
      });

      it('holds an object of 5 MB', async () => {
        const body = randomBytes(5_000_000);
        await objects.write({ bucket, key: 'work/large.png' }, body, 'image/png');
        expect((await objects.read({ bucket, key: 'work/large.png' }))?.equals(body)).toBe(true);
      });

      it('leaves one whole object when many write it at once', async () => {
        const ref = { bucket, key: 'processed/contested.jpg' };
        const bodies = Array.from({ length: 8 }, (_, n) => Buffer.alloc(100_000, n));
        await Promise.all(bodies.map((body) => objects.write(ref, body, 'image/jpeg')));
        const after = await objects.read(ref);
        expect(bodies.some((body) => after?.equals(body))).toBe(true);
      });

      it('deletes an object, and is content where there is none', async () => {
        const ref = { bucket, key: 'processed/deleted.jpg' };
        await objects.write(ref, Buffer.from('one'), 'image/jpeg');
        await objects.write(ref, Buffer.from('two'), 'image/jpeg');
        await objects.delete(ref);
        await objects.delete(ref);
        expect(await objects.head(ref)).toBeUndefined();
        expect(await objects.read(ref)).toBeUndefined();
        for await (const version of objects.versions(bucket)) expect(version.key).not.toBe(ref.key);
      });

      it('keeps odd keys apart', async () => {
        const keys = [...ORDINARY_KEYS, ...HOSTILE_KEYS];
        for (const key of keys) await objects.write({ bucket, key }, Buffer.from(key), 'text/plain');
        for (const key of keys) {
          expect((await objects.read({ bucket, key }))?.toString(), JSON.stringify(key)).toBe(key);
          expect((await objects.head({ bucket, key }))?.contentType).toBe('text/plain');
        }
        const listed = new Set<string>();
        for await (const version of objects.versions(bucket)) listed.add(version.key);
        for (const key of keys) expect(listed).toContain(key);
        for (const key of keys) await objects.delete({ bucket, key });
        for (const key of keys) expect(await objects.head({ bucket, key })).toBeUndefined();
      });
    });

    describe('uploads', () => {
      it('gives an upload with its facts and its recipe', async () => {
        const { key, versionId } = await harness.upload('in/with recipe.jpg', Buffer.from('raw'), 'vivid');
        const ref = { bucket: harness.sourceBucket, key, versionId };
        expect(await objects.head(ref)).toMatchObject({ bytes: 3, metadata: { recipe: 'vivid' } });
        expect(await objects.read(ref)).toEqual(Buffer.from('raw'));
      });

      it('knows no metadata of an upload without', async () => {
        const { key } = await harness.upload('in/plain.jpg', Buffer.from('raw'));
        expect((await objects.head({ bucket: harness.sourceBucket, key }))?.metadata).toEqual({});
      });

      it('never gives the new content for an old version', async () => {
        const bucket = harness.sourceBucket;
        const first = await harness.upload('in/twice.jpg', Buffer.from('first'));
        const second = await harness.upload('in/twice.jpg', Buffer.from('second'));
        expect(second.versionId).not.toBe(first.versionId);
        const { key } = first;
        expect(await objects.read({ bucket, key, versionId: second.versionId })).toEqual(
          Buffer.from('second'),
        );
        const old = await objects.read({ bucket, key, versionId: first.versionId });
        expect(old).toEqual(harness.keepsOldVersions ? Buffer.from('first') : undefined);
        const oldFacts = await objects.head({ bucket, key, versionId: first.versionId });
        expect(oldFacts?.bytes).toBe(harness.keepsOldVersions ? 5 : undefined);
      });

      it('knows no version that never was', async () => {
        const { key } = await harness.upload('in/once.jpg', Buffer.from('once'));
        const bucket = harness.sourceBucket;
        expect(await objects.head({ bucket, key, versionId: 'ab'.repeat(32) })).toBeUndefined();
        expect(await objects.read({ bucket, key, versionId: 'ab'.repeat(32) })).toBeUndefined();
      });

      it('lists every upload with its version', async () => {
        const uploads = new Map<string, SourceRef>();
        for (const [n, key] of ORDINARY_KEYS.entries()) {
          uploads.set(`listed/${key}`, await harness.upload(`listed/${key}`, Buffer.alloc(n + 1)));
        }
        const listed = new Map<string, Source>();
        for await (const source of objects.versions(harness.sourceBucket)) {
          if (source.key.startsWith('listed/')) listed.set(source.key, source);
        }
        expect([...listed.keys()].sort()).toEqual([...uploads.keys()].sort());
        for (const [n, key] of ORDINARY_KEYS.entries()) {
          const source = listed.get(`listed/${key}`);
          expect(source).toMatchObject({ bucket: harness.sourceBucket, bytes: n + 1 });
          expect(source?.versionId).toBe(uploads.get(`listed/${key}`)?.versionId);
          expect(Number.isNaN(Date.parse(source?.modifiedAt ?? ''))).toBe(false);
        }
      });

      it('deletes one version and leaves the one that came after', async () => {
        const bucket = harness.sourceBucket;
        const first = await harness.upload('in/deleted and sent again.jpg', Buffer.from('first'));
        const { key, versionId } = await harness.upload(first.key, Buffer.from('second'));
        await objects.delete({ bucket, key, versionId: first.versionId });
        expect(await objects.read({ bucket, key, versionId: first.versionId })).toBeUndefined();
        expect(await objects.read({ bucket, key, versionId })).toEqual(Buffer.from('second'));
        await objects.delete({ bucket, key, versionId });
        expect(await objects.read({ bucket, key, versionId })).toBeUndefined();
      });

      it('deletes every version of an upload', async () => {
        const bucket = harness.sourceBucket;
        const first = await harness.upload('in/deleted.jpg', Buffer.from('first'));
        const second = await harness.upload('in/deleted.jpg', Buffer.from('second'));
        await objects.delete({ bucket, key: first.key });
        for (const { key, versionId } of [first, second]) {
          expect(await objects.read({ bucket, key, versionId })).toBeUndefined();
        }
        for await (const source of objects.versions(bucket)) expect(source.key).not.toBe('in/deleted.jpg');
      });

      it('knows nothing under hostile keys', async () => {
        for (const key of HOSTILE_KEYS) {
          expect(
            await objects.read({ bucket: harness.sourceBucket, key }),
            JSON.stringify(key),
          ).toBeUndefined();
        }
      });
    });
  });
}
