import { describe, expect, it } from 'vitest';
import {
  eventIdOf,
  fileNameOf,
  imageIdOf,
  intermediateKey,
  ownerOf,
  processedKey,
  rotationKey,
} from '../../../core/names.ts';

const imageId = 'ab12'.repeat(16);
const naming = {
  imageId,
  run: 1,
  sourceKey: 'holiday/beach.day one.JPG',
  sourceModifiedAt: '2026-03-04T05:06:07.890Z',
  format: 'jpeg',
} as const;
const box = { widthPx: 256, heightPx: 256, fit: 'contain', background: '#ffffff' } as const;

describe('imageIdOf', () => {
  const source = { bucket: 'b', key: 'k', versionId: 'v1' };

  it('is 64 hex digits, the same for the same upload', () => {
    expect(imageIdOf(source)).toMatch(/^[0-9a-f]{64}$/);
    expect(imageIdOf({ ...source })).toBe(imageIdOf(source));
  });

  it('differs by bucket, key and version, and is not fooled by where one ends', () => {
    const others = [
      { ...source, bucket: 'b2' },
      { ...source, key: 'k2' },
      { ...source, versionId: 'v2' },
      { bucket: 'bk', key: '', versionId: 'v1' },
    ];
    const ids = [source, ...others].map(imageIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes the ETag into account only where the version is "null"', () => {
    expect(imageIdOf({ ...source, etag: 'x' })).toBe(imageIdOf({ ...source, etag: 'y' }));
    const unversioned = { ...source, versionId: 'null' };
    expect(imageIdOf({ ...unversioned, etag: 'x' })).not.toBe(imageIdOf({ ...unversioned, etag: 'y' }));
  });
});

describe('keys', () => {
  it('follow docs/architecture.md', () => {
    expect(processedKey(naming, box)).toBe('processed/holiday/beach.day one_256x256_ab12ab12ab12ab12.jpg');
    expect(rotationKey(naming, 90)).toBe(
      'augmented-images/90-degree/holiday/beach.day one_rotated_90_20260304_050607_ab12ab12ab12ab12.jpg',
    );
    expect(rotationKey(naming, 360)).toBe(
      'augmented-images/360-degree/holiday/beach.day one_original_20260304_050607_ab12ab12ab12ab12.jpg',
    );
    expect(intermediateKey(imageId, 2)).toBe(`work/${imageId}/2`);
  });

  it('carry the run after the first, the ratio, and the extension of the format', () => {
    expect(processedKey({ ...naming, run: 3, format: 'webp' }, { ratio: 0.125, background: '#ffffff' })).toBe(
      'processed/holiday/beach.day one_12.5pct_ab12ab12ab12ab12_r3.webp',
    );
  });

  it.each([
    ['no-extension', 'no-extension'],
    ['.hidden', '.hidden'],
    ['dir.d/file', 'dir.d/file'],
    ['dir/.hidden.png', 'dir/.hidden'],
    ['Grüße + 100%.jpeg', 'Grüße + 100%'],
  ])('take the extension, and only that, off %s', (sourceKey, path) => {
    expect(processedKey({ ...naming, sourceKey }, box)).toBe(
      `processed/${path}_256x256_ab12ab12ab12ab12.jpg`,
    );
  });

  it('stay within 1,024 bytes of whole characters, and differ where only the cut end differs', () => {
    const keys = ['a', 'b'].map((end) => `${'ü'.repeat(505)}${end}.jpg`);
    const made = keys.map((sourceKey) => rotationKey({ ...naming, sourceKey }, 270));
    for (const key of made) {
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
      expect(Buffer.byteLength(key)).toBeGreaterThan(1000);
      expect(key).not.toContain('\ufffd');
    }
    expect(made[0]).not.toBe(made[1]);
  });
});

describe('eventIdOf', () => {
  it('differs by run, attempt and type', () => {
    const ids = [
      eventIdOf(imageId, 1, 1, 'image.completed'),
      eventIdOf(imageId, 2, 1, 'image.completed'),
      eventIdOf(imageId, 1, 2, 'image.completed'),
      eventIdOf(imageId, 1, 1, 'image.failed'),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});

describe('ownerOf', () => {
  it.each([
    ['uploads/user-1/a/b.jpg', 'user-1'],
    ['uploads/user-1/', undefined],
    ['uploads//b.jpg', undefined],
    ['uploads/b.jpg', undefined],
    ['photos/uploads/user-1/b.jpg', undefined],
  ])('of %s is %s', (key, owner) => {
    expect(ownerOf(key)).toBe(owner);
  });
});

describe('fileNameOf', () => {
  it.each([
    ['uploads/user/1/Ärger.jpg', 'Ärger.jpg'],
    ['a.jpg', 'a.jpg'],
    ['folder/', 'folder/'],
    [`a/${'🌄'.repeat(256)}`, '🌄'.repeat(255)],
  ])('of %s', (key, name) => {
    expect(fileNameOf(key)).toBe(name);
  });
});
