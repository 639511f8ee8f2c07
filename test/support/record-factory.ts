import { createHash } from 'node:crypto';
import type { ImageRecord, MadePicture, UnprocessableMessage } from '../../core/pipeline/record.ts';
import type { NamedRecipe } from '../../core/recipe.ts';
import { findRecipe, recipeBook } from '../../core/recipe.ts';

export const PART: MadePicture = {
  widthPx: 256,
  heightPx: 256,
  bytes: 10_240,
  format: 'jpeg',
  computeMs: 12,
};

export const RECIPE: NamedRecipe = findRecipe(recipeBook(), 'augment');

/** An id that no other test uses; the same text gives the same id. */
export function idFrom(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A record as `create` stores it: just received. */
export function receivedRecord(imageId: string, overrides: Partial<ImageRecord> = {}): ImageRecord {
  return {
    imageId,
    run: 1,
    attempt: 1,
    state: 'RECEIVED',
    revision: 1,
    fileName: 'a+b 100%.jpg',
    source: {
      bucket: 'source',
      key: 'Ärger & Söhne/a+b 100%.jpg',
      versionId: 'v1',
      etag: '"abc"',
      bytes: 4_321_000,
      modifiedAt: '2026-02-03T04:05:06.789Z',
    },
    finished: {},
    startCount: 0,
    repairs: 0,
    computeMs: 0,
    createdAt: '2026-02-03T04:05:07.000Z',
    ...overrides,
  };
}

/** A record with every field that there is. */
export function fullRecord(imageId: string): ImageRecord {
  return receivedRecord(imageId, {
    run: 3,
    attempt: 2,
    state: 'FAILED',
    revision: 17,
    owner: 'user-1',
    album: 'Ärger & Söhne',
    capturedAt: '2026-02-01T12:13:14.500+01:00',
    thumbhash: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
    thumb: { widthPx: 240, heightPx: 320, bytes: 9_876 },
    deletedAt: '2026-02-03T07:00:00.000Z',
    recipe: RECIPE,
    expected: ['processed', '90', '360'],
    finished: { processed: PART, '90': { ...PART, widthPx: 128 } },
    startCount: 2,
    repairs: 1,
    dueAt: '2026-02-03T05:00:00.000Z',
    imageInfo: {
      format: 'jpeg',
      bytes: 4_321_000,
      widthPx: 2448,
      heightPx: 3264,
      orientation: 6,
      pages: 1,
      colourSpace: 'srgb',
      hasAlpha: false,
      hasProfile: true,
    },
    hasDetails: true,
    warnings: ['The file ends without its end marker.'],
    quality: {
      encode: { ssim: 0.987_654_321, psnrDb: 41.25, identical: false, ssimulacra2: 81.5 },
      detail: null,
      enhance: { ssim: null, psnrDb: null, identical: true },
    },
    timingsMs: { decode: 12.5, total: 99.125 },
    reason: {
      code: 'LOST',
      message: 'Nothing came back.',
      worker: 'parts',
      at: '2026-02-03T06:00:00.000Z',
    },
    lastError: { code: 'DISK_FULL', message: 'The disk is full.', at: '2026-02-03T05:30:00.000Z' },
    startedAt: '2026-02-03T04:05:08.000Z',
    endedAt: '2026-02-03T06:00:00.000Z',
    publishedAt: '2026-02-03T06:00:01.000Z',
  });
}

export function unprocessableMessage(messageId: string): UnprocessableMessage {
  return {
    messageId,
    queue: 'ingest',
    body: '{"what": "is this? – ünknown"}',
    bodyBytes: 31,
    reason: {
      code: 'UNREADABLE',
      message: 'Not a task.',
      worker: 'recorder',
      at: '2026-02-03T04:05:06.000Z',
    },
  };
}
