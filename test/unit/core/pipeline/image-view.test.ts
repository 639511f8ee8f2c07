import { expect, it } from 'vitest';
import { imageView, imageViewSchema } from '../../../../core/pipeline/image-view.ts';
import { fullRecord, idFrom, PART, receivedRecord } from '../../../support/record-factory.ts';

it('shows unknown values as null', () => {
  const view = imageView(receivedRecord(idFrom('a')), 'outputs');
  expect(imageViewSchema.parse(view)).toEqual(view);
  expect(view).toMatchObject({ state: 'RECEIVED', quality: null, recipe: null, reason: null, endedAt: null });
  expect(view.source).toMatchObject({ widthPx: null, heightPx: null, format: null });
  expect(view.outputs).toEqual([]);
});

it('shows no score of a run that an earlier release recorded', () => {
  const record = fullRecord(idFrom('a'));
  const { quality } = record;
  if (!quality) throw new Error('expected a record with its quality');
  const { ssimulacra2: _, ...encode } = quality.encode;
  const view = imageView({ ...record, quality: { ...quality, encode } }, 'outputs');
  expect(imageViewSchema.parse(view)).toEqual(view);
  expect(view.quality?.encode).toEqual({ ...encode, ssimulacra2: null });
});

it('shows the finished outputs in the order of the recipe, and as null a comparison that was not made', () => {
  const record = fullRecord(idFrom('a'));
  const { encode, enhance } = record.quality ?? {};
  if (!encode || !enhance) throw new Error('expected a record with its quality');
  const view = imageView({ ...record, quality: { encode, detail: null, enhance } }, 'outputs');
  expect(imageViewSchema.parse(view)).toEqual(view);
  expect(view.outputs.map(({ variant, bucket, widthPx }) => [variant, bucket, widthPx])).toEqual([
    ['processed', 'outputs', 256],
    ['90', 'outputs', 128],
  ]);
  expect(view.quality?.detail).toBeNull();
  expect(view.reason).toEqual({ code: record.reason?.code, message: record.reason?.message });
});

it('shows the progress in the order of the recipe, and what is known of the image itself', () => {
  const record = fullRecord(idFrom('a'));
  const finished = { '360': PART, processed: PART };
  expect(imageView({ ...record, finished }, 'outputs')).toMatchObject({
    revision: 17,
    fileName: 'a+b 100%.jpg',
    album: 'Ärger & Söhne',
    capturedAt: '2026-02-01T12:13:14.500+01:00',
    thumbhash: record.thumbhash,
    deletedAt: '2026-02-03T07:00:00.000Z',
    progress: { finished: ['processed', '360'], expected: ['processed', '90', '360'] },
  });
  expect(imageView(receivedRecord(idFrom('b')), 'outputs')).toMatchObject({
    revision: 1,
    album: null,
    capturedAt: null,
    thumbhash: null,
    deletedAt: null,
    progress: { finished: [], expected: null },
  });
});
