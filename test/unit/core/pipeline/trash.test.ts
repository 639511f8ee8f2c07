import { describe, expect, it } from 'vitest';
import { ALBUM_METADATA } from '../../../../core/album.ts';
import { TransientError } from '../../../../core/errors.ts';
import { imageIdOf } from '../../../../core/names.ts';
import { publishEnd } from '../../../../core/pipeline/publish.ts';
import type { ImageRecord, Source } from '../../../../core/pipeline/record.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
import {
  markPurged,
  moveToTrash,
  restoreFromTrash,
  setAlbum,
} from '../../../../core/pipeline/transitions.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { fannedOut, Harness } from './harness.ts';

const TRASH_MS = SETTINGS.trashDays * 86_400_000;

async function complete(harness: Harness): Promise<Source> {
  const source = await fannedOut(harness);
  await harness.work();
  return source;
}

async function trash(harness: Harness, source: Source): Promise<ImageRecord | undefined> {
  return moveToTrash(harness.ports, await harness.record(source));
}

describe('the trash', () => {
  it('changes nothing about an image but that it is there, and when it is purged', async () => {
    const harness = new Harness();
    const source = await complete(harness);
    const before = await harness.record(source);
    const deletedAt = harness.clock.now().toISOString();
    const dueAt = new Date(harness.clock.now().getTime() + TRASH_MS).toISOString();
    expect(await trash(harness, source)).toEqual({
      ...before,
      deletedAt,
      dueAt,
      revision: before.revision + 1,
    });
    expect(await trash(harness, source)).toBeUndefined();
    const restored = await restoreFromTrash(harness.ports, await harness.record(source));
    expect(restored).toEqual({ ...before, revision: before.revision + 2 });
    expect(await restoreFromTrash(harness.ports, before)).toBeUndefined();
  });

  it('is emptied of an image after its days, with its upload and every output', async () => {
    const harness = new Harness();
    const source = await complete(harness);
    await trash(harness, source);
    harness.clock.advance(TRASH_MS - 1);
    await sweep(harness.ports);
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });
    harness.clock.advance(1);
    await sweep(harness.ports);
    expect(await harness.record(source)).toMatchObject({ state: 'DELETED' });
    expect(await harness.record(source)).not.toHaveProperty('deletedAt');
    expect(harness.outputKeys()).toEqual([]);
    expect(await harness.objects.head(source)).toBeUndefined();
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toMatchObject({ deleted: 1 });
    expect(await harness.record(source)).not.toHaveProperty('dueAt');
  });

  it('waits for a longer time that was set meanwhile', async () => {
    const harness = new Harness();
    const source = await complete(harness);
    await trash(harness, source);
    harness.ports.settings = { ...SETTINGS, trashDays: 2 * SETTINGS.trashDays };
    harness.clock.advance(TRASH_MS);
    expect(await sweep(harness.ports)).toMatchObject({ postponed: 1 });
    harness.clock.advance(TRASH_MS);
    await sweep(harness.ports);
    expect(await harness.record(source)).toMatchObject({ state: 'DELETED' });
  });

  it('does not take what was restored, or trashed again, since the sweeper has looked', async () => {
    const harness = new Harness();
    const source = await complete(harness);
    const seen = await trash(harness, source);
    if (!seen) throw new Error('expected a record in the trash');
    await restoreFromTrash(harness.ports, seen);
    expect(await markPurged(harness.ports, seen)).toBeUndefined();
    harness.clock.advance(1);
    await trash(harness, source);
    expect(await markPurged(harness.ports, seen)).toBeUndefined();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });
  });

  it('lets a run go on and end as usual; the purge is due after its end', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const deletedAt = (await trash(harness, source))?.deletedAt ?? '';
    harness.clock.advance(1_000);
    await harness.work();
    const dueAt = new Date(new Date(deletedAt).getTime() + TRASH_MS).toISOString();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', deletedAt, dueAt });
    expect(harness.publisher.events).toMatchObject([{ type: 'image.completed', deletedAt }]);
    await restoreFromTrash(harness.ports, await harness.record(source));
    expect(await harness.record(source)).not.toHaveProperty('dueAt');
  });

  it('keeps what a run waits for due when an image is restored', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const { dueAt } = await harness.record(source);
    await trash(harness, source);
    expect(await restoreFromTrash(harness.ports, await harness.record(source))).toMatchObject({ dueAt });
  });

  it('purges an image that came there while its end was published, and not one that left it then', async () => {
    for (const endsInTrash of [true, false]) {
      const harness = new Harness();
      const source = await fannedOut(harness);
      if (!endsInTrash) await trash(harness, source);
      const { publisher } = harness.ports;
      harness.ports.publisher = {
        async publish(event) {
          const record = await harness.record(source);
          await (endsInTrash ? moveToTrash : restoreFromTrash)(harness.ports, record);
          await publisher.publish(event);
        },
      };
      await harness.work();
      const record = await harness.record(source);
      expect(record).toMatchObject({ state: 'COMPLETE', publishedAt: expect.any(String) });
      expect(record.dueAt !== undefined).toBe(endsInTrash);
      expect(await publishEnd(harness.ports, record)).toEqual(record);
    }
  });
});

describe('the album', () => {
  const metadata = { [ALBUM_METADATA]: 'Summer%202026' };

  it('is the one that the upload names, until somebody changes it', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', 'good upload', metadata);
    await harness.notify(source);
    await harness.work();
    const record = await harness.record(source);
    expect(record).toMatchObject({
      state: 'COMPLETE',
      album: 'Summer 2026',
      capturedAt: '2026-01-01T12:00:00',
    });
    expect(await setAlbum(harness.ports, record, 'Autumn')).toMatchObject({ album: 'Autumn' });
    expect(await setAlbum(harness.ports, record, null)).not.toHaveProperty('album');
    await reprocess(harness.ports, imageIdOf(source));
    await harness.work();
    expect(await harness.record(source)).toMatchObject({ run: 2, state: 'COMPLETE' });
    expect(await harness.record(source)).not.toHaveProperty('album');
  });

  it.each([
    ['its first start', undefined],
    ['a start after one that failed', 'Spring'],
  ])('that somebody chooses between the read of the processor and %s stays', async (_, before) => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', 'good upload', metadata);
    await harness.notify(source);
    if (before !== undefined) {
      const { process } = harness.ports.imaging;
      const later = () => Promise.reject(new TransientError('LATER', 'Later.'));
      harness.ports.imaging = { ...harness.ports.imaging, process: later };
      await harness.work();
      harness.ports.imaging = { ...harness.ports.imaging, process };
      await setAlbum(harness.ports, await harness.record(source), before);
    }
    const update = harness.catalog.update.bind(harness.catalog);
    let chosen = false;
    harness.catalog.update = async (imageId, guard, change) => {
      if (change.set?.state === 'PROCESSING' && !chosen) {
        chosen = true;
        await setAlbum(harness.ports, await harness.record(source), 'Autumn');
      }
      return update(imageId, guard, change);
    };
    await harness.notify(source);
    await harness.work();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', album: 'Autumn' });
  });

  it('is the one that somebody has chosen before the first run', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', 'good upload', metadata);
    await harness.notify(source);
    harness.ports.imaging = { ...harness.ports.imaging, process: () => Promise.reject(new Error('later')) };
    await harness.work();
    await setAlbum(harness.ports, await harness.record(source), 'Autumn');
    expect(await harness.record(source)).toMatchObject({ state: 'PROCESSING', album: 'Autumn' });
  });

  it('of a tombstone can not be changed', async () => {
    const harness = new Harness();
    const source = await complete(harness);
    await trash(harness, source);
    harness.clock.advance(TRASH_MS);
    await sweep(harness.ports);
    expect(await setAlbum(harness.ports, await harness.record(source), 'Autumn')).toBeUndefined();
  });
});
