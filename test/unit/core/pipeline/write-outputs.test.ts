import { describe, expect, it } from 'vitest';
import type { EncodingSearch, ProcessedImage } from '../../../../core/image/types.ts';
import { detailsKey, imageIdOf, intermediateKey } from '../../../../core/names.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { fannedOut, Harness } from './harness.ts';

const SEARCH: EncodingSearch = {
  targetSsim: null,
  targetQuality: 80,
  targetMet: true,
  chosen: { format: 'jpeg', quality: 71, mozjpeg: true, chroma: '4:2:0' },
  tries: [],
};

async function writtenOf(overrides: Partial<ProcessedImage>) {
  const process = async (...args: Parameters<typeof simulatedImaging.process>) => {
    return { ...(await simulatedImaging.process(...args)), ...overrides };
  };
  const harness = new Harness({ imaging: { ...simulatedImaging, process } });
  const source = await fannedOut(harness);
  const imageId = imageIdOf(source);
  const details = { bucket: SETTINGS.processedBucket, key: detailsKey(imageId, 1) };
  const intermediate = { bucket: SETTINGS.processedBucket, key: intermediateKey(imageId, 1) };
  return { harness, imageId, record: await harness.record(source), details, intermediate };
}

describe('the details', () => {
  it('hold the EXIF and the search, as JSON', async () => {
    const { harness, imageId, details } = await writtenOf({ search: SEARCH });
    expect(await harness.objects.head(details)).toMatchObject({ contentType: 'application/json' });
    expect(JSON.parse(String(harness.objects.peek(details)))).toEqual({
      version: 1,
      imageId,
      run: 1,
      exif: { Image: { Artist: 'A. Nonymous' } },
      search: SEARCH,
    });
  });

  it('are not written where there are none', async () => {
    const { harness, details, record } = await writtenOf({ exif: null });
    expect(await harness.objects.head(details)).toBeUndefined();
    expect(record).not.toHaveProperty('hasDetails');
  });

  it.each<[string, Partial<ProcessedImage>]>([
    ['EXIF alone', { search: null }],
    ['a search alone', { exif: null, search: SEARCH }],
  ])('are named in the record of an image with %s', async (_, overrides) => {
    const { harness, details, record } = await writtenOf(overrides);
    expect(await harness.objects.head(details)).toBeDefined();
    expect(record.hasDetails).toBe(true);
  });
});

describe('what is known of the encoding', () => {
  it('is in the record where there was a search', async () => {
    const { record } = await writtenOf({ search: SEARCH });
    expect(record.encoding).toEqual({ ...SEARCH.chosen, targetMet: true });
  });

  it('is not in the record where there was none', async () => {
    expect((await writtenOf({ search: null })).record).not.toHaveProperty('encoding');
  });
});

describe('the time at which a photo was taken', () => {
  it('is in the record where the camera wrote it', async () => {
    const { record } = await writtenOf({ capturedAt: '2026-05-06T07:08:09' });
    expect(record.capturedAt).toBe('2026-05-06T07:08:09');
  });

  it('is not in the record where no camera did', async () => {
    expect((await writtenOf({ capturedAt: null })).record).not.toHaveProperty('capturedAt');
  });
});

it('the intermediate is written as bytes: it may be a PNG or a WebP', async () => {
  const { harness, intermediate } = await writtenOf({});
  expect(await harness.objects.head(intermediate)).toMatchObject({ contentType: 'application/octet-stream' });
});
