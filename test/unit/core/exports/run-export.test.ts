import { beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { exportBody, readExportId } from '../../../../core/exports/export-task.ts';
import { recordDeadExport } from '../../../../core/exports/fail-export.ts';
import { runExport } from '../../../../core/exports/run-export.ts';
import { withdrawExports } from '../../../../core/exports/withdraw-exports.ts';
import { outputsOf } from '../../../../core/pipeline/outputs.ts';
import type { ImageRecord } from '../../../../core/pipeline/record.ts';
import { zipEntries } from '../../../support/zip-entries.ts';
import { ExportWorld } from './harness.ts';

let world: ExportWorld;
beforeEach(() => {
  world = new ExportWorld();
});

const variantsOf = ({ imageId }: ImageRecord, ...variants: string[]) =>
  variants.map((variant) => ({ imageId, variant }));

function filesOf(exportId: string): Record<string, string> {
  const entries = zipEntries(world.archive(exportId) ?? Buffer.of());
  return Object.fromEntries([...entries].map(([name, body]) => [name, body.toString()]));
}

function keyOf(record: ImageRecord, variant: string): string {
  return outputsOf(record).find((each) => each.variant === variant)?.key ?? '';
}

describe('an export', () => {
  it('becomes an archive of originals and outputs under readable names', async () => {
    const beach = await world.addImage('beach');
    const lake = await world.addImage('lake');
    const items = [...variantsOf(beach, 'original', 'processed', '90'), ...variantsOf(lake, 'processed')];
    const exportId = await world.addExport('one', { items });
    const ended = await runExport(world.ports, exportId);
    expect(filesOf(exportId)).toEqual({
      'beach_original.tif': 'original of beach',
      'beach_processed.jpg': 'processed of beach',
      'beach_90.jpg': '90 of beach',
      'lake_processed.jpg': 'processed of lake',
    });
    expect(ended).toMatchObject({
      state: 'COMPLETE',
      files: 4,
      leftOut: 0,
      bytes: world.archive(exportId)?.length,
      reason: null,
      endedAt: '2026-02-04T13:00:00.000Z',
      expiresAt: '2026-02-05T13:00:00.000Z',
    });
  });

  it('leaves out and counts what was deleted, is not made, or is not the principal’s', async () => {
    const kept = await world.addImage('kept');
    const erased = await world.addImage('erased', { state: 'DELETED' });
    const bobs = await world.addImage('bobs', { owner: 'bob' });
    const lost = await world.addImage('lost');
    await world.objects.delete({ bucket: 'outputs', key: keyOf(lost, 'processed') });
    await world.objects.delete(lost.source);
    const items = [
      ...variantsOf(kept, 'processed', '270'),
      ...[erased, bobs].flatMap((each) => variantsOf(each, 'processed', 'original')),
      ...variantsOf(lost, 'processed', 'original'),
      { imageId: '0'.repeat(64), variant: 'original' },
    ];
    const exportId = await world.addExport('partial', { items });
    expect(await runExport(world.ports, exportId)).toMatchObject({ state: 'COMPLETE', files: 1, leftOut: 8 });
    expect(filesOf(exportId)).toEqual({ 'kept_processed.jpg': 'processed of kept' });
  });

  it('is an empty archive where nothing is left', async () => {
    const exportId = await world.addExport('empty', {
      items: [{ imageId: '0'.repeat(64), variant: 'original' }],
    });
    expect(await runExport(world.ports, exportId)).toMatchObject({ state: 'COMPLETE', files: 0, leftOut: 1 });
    expect(filesOf(exportId)).toEqual({});
  });

  it('leaves out a file that is deleted while the archive is written', async () => {
    const [beach, lake] = [await world.addImage('beach'), await world.addImage('lake')];
    const key = keyOf(lake, 'processed');
    world.beforeOpen = async (opened) => {
      if (opened === key) await world.objects.delete({ bucket: 'outputs', key });
    };
    const items = [...variantsOf(beach, 'processed'), ...variantsOf(lake, 'processed')];
    const exportId = await world.addExport('racing', { items });
    expect(await runExport(world.ports, exportId)).toMatchObject({ state: 'COMPLETE', files: 1, leftOut: 1 });
    expect(filesOf(exportId)).toEqual({ 'beach_processed.jpg': 'processed of beach' });
  });

  it('never contains a file of which only a part came', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('cut', { items: variantsOf(beach, 'processed') });
    world.streams.open = async () =>
      (async function* () {
        yield Buffer.from('proc');
      })();
    await expect(runExport(world.ports, exportId)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(world.archive(exportId)).toBeUndefined();
    expect(await world.exports.get(exportId)).toMatchObject({ state: 'RUNNING' });
  });

  it('of more than 4.5 GB fails with what to do, and writes nothing', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('large', { items: variantsOf(beach, 'original', 'processed') });
    const head = world.objects.head.bind(world.objects);
    world.objects.head = async (ref) => {
      const info = await head(ref);
      return info && { ...info, bytes: 2_300_000_000 };
    };
    expect(await runExport(world.ports, exportId)).toMatchObject({
      state: 'FAILED',
      reason: {
        code: 'EXPORT_TOO_LARGE',
        message: expect.stringContaining(
          'at most 4.5 GB together, received 4.6 GB. Export them in several parts',
        ),
      },
    });
    expect(world.stored).toBe(0);
  });
});

describe('an export of an image that is deleted for good', () => {
  it('is withdrawn with its archive, whatever else that holds', async () => {
    const [beach, lake] = [await world.addImage('beach'), await world.addImage('lake')];
    const add = async (name: string, ...images: ImageRecord[]) => {
      const items = images.flatMap((image) => variantsOf(image, 'processed'));
      const exportId = await world.addExport(name, { items });
      await runExport(world.ports, exportId);
      return exportId;
    };
    const [both, other] = [await add('both', beach, lake), await add('other', lake)];
    for (let times = 0; times < 2; times += 1) await withdrawExports(world.ports, beach.imageId);
    expect(world.archive(both)).toBeUndefined();
    expect(await world.exports.get(both)).toMatchObject({
      state: 'FAILED',
      bytes: null,
      reason: { code: 'IMAGE_DELETED' },
    });
    expect(world.archive(other)).toBeDefined();
    expect(await world.exports.get(other)).toMatchObject({ state: 'COMPLETE' });
  });

  it('is never COMPLETE where the deletion came while the archive was written', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('racing', { items: variantsOf(beach, 'original', 'processed') });
    world.beforeOpen = () => withdrawExports(world.ports, beach.imageId);
    expect(await runExport(world.ports, exportId)).toMatchObject({ state: 'FAILED' });
    expect(await runExport(world.ports, exportId)).toMatchObject({ reason: { code: 'IMAGE_DELETED' } });
    // The deletion looks once more when no worker can be at work any longer.
    await withdrawExports(world.ports, beach.imageId);
    expect(world.archive(exportId)).toBeUndefined();
  });

  it('is made without it where it still waits', async () => {
    const [beach, lake] = [await world.addImage('beach'), await world.addImage('lake')];
    const items = [...variantsOf(beach, 'processed'), ...variantsOf(lake, 'processed')];
    const exportId = await world.addExport('waiting', { items });
    await world.catalog.update(
      beach.imageId,
      { run: beach.run, states: ['COMPLETE'] },
      { set: { state: 'DELETED' } },
    );
    await withdrawExports(world.ports, beach.imageId);
    expect(await runExport(world.ports, exportId)).toMatchObject({ state: 'COMPLETE', files: 1, leftOut: 1 });
  });
});

describe('an export after a crash or a repeated message', () => {
  it('shows no archive until it is whole, and then one', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('crash', { items: variantsOf(beach, 'original', 'processed') });
    let opened = 0;
    world.beforeOpen = async () => {
      opened += 1;
      if (opened === 2) throw new TransientError('CRASH', 'The process was killed.');
    };
    await expect(runExport(world.ports, exportId)).rejects.toThrow('killed');
    world.beforeOpen = async () => {};
    world.beforeVisible = () => {
      throw new TransientError('CRASH', 'The process was killed.');
    };
    await expect(runExport(world.ports, exportId)).rejects.toThrow('killed');
    expect(world.archive(exportId)).toBeUndefined();
    world.beforeVisible = () => {};
    expect(await runExport(world.ports, exportId)).toMatchObject({ state: 'COMPLETE', reason: null });
    expect(Object.keys(filesOf(exportId))).toEqual(['beach_original.tif', 'beach_processed.jpg']);
  });

  it('is made once, and stays as it is when its message comes again', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('again', { items: variantsOf(beach, 'processed') });
    const first = await runExport(world.ports, exportId);
    world.clock.advance(60_000);
    expect(await runExport(world.ports, exportId)).toEqual(first);
    expect(world.stored).toBe(1);
  });

  it('ends once where its message is handled twice at the same time', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('twice', { items: variantsOf(beach, 'processed') });
    const [first, second] = await Promise.all([1, 2].map(() => runExport(world.ports, exportId)));
    expect(first).toEqual(second);
    expect(filesOf(exportId)).toEqual({ 'beach_processed.jpg': 'processed of beach' });
  });

  it('is not begun once its day is over, and not known where nobody asked for it', async () => {
    const exportId = await world.addExport('late', {});
    world.clock.advance(2 * 86_400_000);
    expect(await runExport(world.ports, exportId)).toBeUndefined();
    expect(await runExport(world.ports, 'x'.repeat(22))).toBeUndefined();
    expect(world.stored).toBe(0);
  });
});

describe('an export that the queue gives up', () => {
  it('is FAILED with the reason of its last try, and its late end changes nothing', async () => {
    const beach = await world.addImage('beach');
    const exportId = await world.addExport('dead', { items: variantsOf(beach, 'processed') });
    world.beforeOpen = async () => {
      throw new TransientError('DISK_FULL', 'The disk is full.');
    };
    await expect(runExport(world.ports, exportId)).rejects.toThrow('full');
    await recordDeadExport(world.ports, exportBody({ exportId: exportId }));
    const failed = {
      state: 'FAILED',
      reason: {
        code: 'DISK_FULL',
        message: 'The exports queue gave up after its last try: The disk is full.',
      },
    };
    expect(await world.exports.get(exportId)).toMatchObject(failed);
    world.beforeOpen = async () => {};
    expect(await runExport(world.ports, exportId)).toMatchObject(failed);
    expect(world.archive(exportId)).toBeUndefined();
  });

  it('without a reason says so; one that is COMPLETE stays', async () => {
    const silent = await world.addExport('silent', {});
    await recordDeadExport(world.ports, exportBody({ exportId: silent }));
    expect(await world.exports.get(silent)).toMatchObject({
      state: 'FAILED',
      reason: { code: 'DEAD_LETTER' },
    });
    const complete = await world.addExport('done', { state: 'COMPLETE' });
    await recordDeadExport(world.ports, exportBody({ exportId: complete }));
    expect(await world.exports.get(complete)).toMatchObject({ state: 'COMPLETE', reason: null });
  });
});

describe('the message of an export', () => {
  it('that nobody can read is kept once the queue has given up', async () => {
    expect(await recordDeadExport(world.ports, '{"version":9}')).toBeUndefined();
    const kept: unknown[] = [];
    for await (const each of world.catalog.unprocessableMessages()) kept.push(each);
    expect(kept).toMatchObject([{ queue: 'exports', body: '{"version":9}' }]);
  });

  it.each([
    '',
    '{}',
    '[]',
    '{"version":1,"type":"export","exportId":"../x"}',
    '{"version":2,"type":"export"}',
  ])('is refused as unprocessable: %s', (body) => {
    expect(() => readExportId(body)).toThrow(expect.objectContaining({ name: 'UnprocessableMessageError' }));
  });
});
