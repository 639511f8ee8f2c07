import { eventIdOf } from '../../core/names.ts';
import { type CompletionEvent, completionEventSchema } from '../../core/pipeline/messages/completion.ts';
import { idFrom } from './record-factory.ts';

/** A completion as the pipeline publishes it. */
export function completionWith(name: string, overrides: Partial<CompletionEvent> = {}): CompletionEvent {
  const imageId = idFrom(name);
  return completionEventSchema.parse({
    version: 1,
    eventId: eventIdOf(imageId, 1, 1, 'image.completed'),
    type: 'image.completed',
    imageId,
    run: 1,
    attempt: 1,
    state: 'COMPLETE',
    revision: 6,
    owner: null,
    fileName: `${name} 100%.jpg`,
    album: 'Ärger & Söhne',
    capturedAt: '2026-02-01T12:13:14',
    thumbhash: null,
    deletedAt: null,
    progress: { finished: ['processed'], expected: ['processed'] },
    source: {
      bucket: 'source',
      key: `Ärger & Söhne/${name} 100%.jpg`,
      versionId: 'v1',
      bytes: 4_321_000,
      widthPx: 2448,
      heightPx: 3264,
      format: 'jpeg',
    },
    outputs: [
      {
        variant: 'processed',
        bucket: 'outputs',
        key: `processed/${name}.jpg`,
        widthPx: 256,
        heightPx: 256,
        bytes: 10_240,
        contentType: 'image/jpeg',
        url: 'https://example.test/a?b=c&d=%20',
        urlExpiresAt: '2026-02-03T05:00:00.000Z',
      },
    ],
    encoding: null,
    quality: {
      encode: { ssim: 0.987_654_321, psnrDb: 41.25, identical: false, ssimulacra2: 81.5 },
      detail: null,
      enhance: { ssim: 1, psnrDb: null, identical: true },
    },
    warnings: [],
    hasDetails: false,
    labels: null,
    recipe: 'augment',
    timingsMs: { total: 99.125 },
    computeMs: 87,
    reason: null,
    createdAt: '2026-02-03T04:05:07.000Z',
    endedAt: '2026-02-03T04:05:08.000Z',
    ...overrides,
  });
}
