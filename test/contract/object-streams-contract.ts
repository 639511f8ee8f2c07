import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStreams } from '../../core/ports.ts';
import type { ObjectStoreHarness } from './object-store-contract.ts';

export interface ObjectStreamsHarness extends ObjectStoreHarness {
  streams: ObjectStreams;
}

const TYPE = 'application/zip';

/** How every store streams objects, whatever it is made of. */
export function describeObjectStreamsContract(
  name: string,
  makeHarness: () => Promise<ObjectStreamsHarness>,
): void {
  describe(`object streams contract: ${name}`, () => {
    let harness: ObjectStreamsHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(() => harness.close());

    const ref = (key: string) => ({ bucket: harness.processedBucket, key });
    const chunksOf = (body: Buffer) => Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);

    const bytesOf = (opened: AsyncIterable<Uint8Array> | undefined) => buffer(Readable.from(opened ?? []));

    it('stores what comes in chunks, and opens it again', async () => {
      const { streams, objects } = harness;
      const body = randomBytes(1_000_000);
      await streams.store(ref('exports/a.zip'), chunksOf(body), body.length, TYPE);
      expect(await objects.head(ref('exports/a.zip'))).toMatchObject({
        bytes: body.length,
        contentType: TYPE,
      });
      const opened = await streams.open(ref('exports/a.zip'));
      expect(Buffer.compare(await bytesOf(opened), body)).toBe(0);
      await streams.store(ref('exports/a.zip'), chunksOf(body.subarray(1)), body.length - 1, TYPE);
      expect(await objects.head(ref('exports/a.zip'))).toMatchObject({ bytes: body.length - 1 });
    });

    it('opens a source, by its version and no other', async () => {
      const body = randomBytes(300_000);
      const source = await harness.upload('some/photo ü.jpg', body);
      expect(Buffer.compare(await bytesOf(await harness.streams.open(source)), body)).toBe(0);
      expect(await harness.streams.open({ ...source, etag: '0'.repeat(32) })).toBeUndefined();
    });

    it('opens nothing where there is none', async () => {
      expect(await harness.streams.open(ref('exports/none.zip'))).toBeUndefined();
      const { sourceBucket: bucket } = harness;
      expect(await harness.streams.open({ bucket, key: 'none.jpg', versionId: 'a' })).toBeUndefined();
    });

    it('stores nothing of a body that has ended with an error already', async () => {
      const body = Readable.from([Buffer.from('abc')], { objectMode: false });
      body.on('error', () => {});
      body.destroy(new Error('gone before'));
      await new Promise((resolve) => body.once('close', resolve));
      await expect(harness.streams.store(ref('exports/c.zip'), body, 3, TYPE)).rejects.toThrow('gone before');
      expect(await harness.objects.head(ref('exports/c.zip'))).toBeUndefined();
    });

    it('leaves the object as it was where the body ends with an error', async () => {
      const { streams, objects } = harness;
      const body = randomBytes(500_000);
      const broken = async function* () {
        yield body.subarray(0, 200_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error('the disk is gone');
      };
      const storing = () =>
        streams.store(
          ref('exports/b.zip'),
          Readable.from(broken(), { objectMode: false }),
          body.length,
          TYPE,
        );
      await expect(storing()).rejects.toThrow('the disk is gone');
      expect(await objects.head(ref('exports/b.zip'))).toBeUndefined();
      await streams.store(ref('exports/b.zip'), chunksOf(body), body.length, TYPE);
      await expect(storing()).rejects.toThrow('the disk is gone');
      const kept = await objects.read(ref('exports/b.zip'));
      expect(Buffer.compare(kept ?? Buffer.of(), body)).toBe(0);
    });
  });
}
