import { eventIdOf } from '../../core/names.ts';
import { imageView } from '../../core/pipeline/image-view.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { ENDED, type ImageRecord, type Part, UNDER_WAY } from '../../core/pipeline/record.ts';
import type { Catalog, Classifier, LabelPorts, ObjectStore, WorkerPorts } from '../../core/ports.ts';

/** Mistakes that pipelines of this kind are known to make. The simulation must catch each. */
export const BUGS = [
  'counter',
  'publish-first',
  'record-before-write',
  'acknowledge-first',
  'forget-run',
  'ignore-states',
  'count-failed-starts',
  'ignore-trash',
  'wait-for-the-model',
  'mix-up-labels',
] as const;
export type Bug = (typeof BUGS)[number];

type SimulatedPorts = Omit<WorkerPorts & LabelPorts, 'settings' | 'clock'>;

/**
 * The ports with a mistake built in. `acknowledge-first` is built into the world itself.
 *
 * @param later runs some work at a later time
 */
export function sabotage(
  bug: Bug,
  ports: SimulatedPorts,
  later: (work: () => Promise<void>) => void,
): SimulatedPorts {
  switch (bug) {
    case 'counter':
      return { ...ports, catalog: countingCatalog(ports.catalog) };
    case 'publish-first':
      return { ...ports, catalog: prematureCatalog(ports) };
    case 'record-before-write':
      return { ...ports, objects: delayedStore(ports.objects, later) };
    case 'forget-run':
      return { ...ports, objects: runlessStore(ports.objects) };
    case 'ignore-states':
      return { ...ports, catalog: statelessCatalog(ports.catalog) };
    case 'count-failed-starts':
      return { ...ports, catalog: countingStarts(ports.catalog) };
    case 'ignore-trash':
      return { ...ports, catalog: trashlessCatalog(ports.catalog) };
    case 'wait-for-the-model':
      return { ...ports, catalog: patientCatalog(ports.catalog) };
    case 'mix-up-labels':
      return { ...ports, classifier: lateClassifier(ports.classifier) };
    case 'acknowledge-first':
      return ports;
  }
}

/** Counts parts instead of keeping their set, so that a repeated part counts for a missing one. */
function countingCatalog(catalog: Catalog): Catalog {
  const counts = new Map<string, number>();
  return withUpdate(catalog, async (imageId, guard, change) => {
    const { finished: _, ...countGuard } = guard;
    const after = await catalog.update(imageId, countGuard, change);
    if (!after || !change.parts) return after;
    const place = `${imageId}/${after.run}`;
    const count = (counts.get(place) ?? 0) + Object.keys(change.parts).length;
    counts.set(place, count);
    return count >= (after.expected?.length ?? 0) ? asIfFinished(after) : after;
  });
}

function asIfFinished(record: ImageRecord): ImageRecord {
  const part: Part = { widthPx: 0, heightPx: 0, bytes: 0, format: 'jpeg', computeMs: 0 };
  const all = Object.fromEntries((record.expected ?? []).map((variant) => [variant, part]));
  return { ...record, finished: { ...all, ...record.finished } };
}

/** Completes no run whose model gives no answer. */
function patientCatalog(catalog: Catalog): Catalog {
  return withUpdate(catalog, async (imageId, guard, change) => {
    const { labels } = change.set ?? {};
    if (labels && 'unavailable' in labels) return undefined;
    return catalog.update(imageId, guard, change);
  });
}

/** Answers about the picture before. */
function lateClassifier(classifier: Classifier): Classifier {
  let last: Uint8Array | undefined;
  return {
    classify(input, mode) {
      const seen = last ?? input;
      last = input;
      return classifier.classify(seen, mode);
    },
  };
}

/** Changes a record in whatever state it is. */
function statelessCatalog(catalog: Catalog): Catalog {
  const states = [...UNDER_WAY, ...ENDED, 'DELETED'] as const;
  return withUpdate(catalog, (imageId, guard, change) =>
    catalog.update(imageId, { ...guard, states }, change),
  );
}

/** Purges what has been restored meanwhile, and forgets to purge what was trashed while its end was published. */
function trashlessCatalog(catalog: Catalog): Catalog {
  return withUpdate(catalog, (imageId, { inTrash: _, ...guard }, change) =>
    catalog.update(imageId, guard, change),
  );
}

/** Holds a start against the image that ended in a transient error. */
function countingStarts(catalog: Catalog): Catalog {
  return withUpdate(catalog, (imageId, guard, change) => {
    const { startCount = 0, ...add } = change.add ?? {};
    return catalog.update(imageId, guard, startCount < 0 ? { ...change, add } : change);
  });
}

/** Publishes the end before the catalog holds it. */
function prematureCatalog({ catalog, publisher }: SimulatedPorts): Catalog {
  return withUpdate(catalog, async (imageId, guard, change) => {
    const record = change.set?.state === 'COMPLETE' ? await catalog.get(imageId) : undefined;
    if (record) await publisher.publish(bareEvent(record));
    return catalog.update(imageId, guard, change);
  });
}

/** Reports an object as written, and writes it later. */
function delayedStore(objects: ObjectStore, later: (work: () => Promise<void>) => void): ObjectStore {
  return {
    head: (ref) => objects.head(ref),
    read: (ref) => objects.read(ref),
    delete: (ref) => objects.delete(ref),
    versions: (bucket) => objects.versions(bucket),
    async write(ref, body, contentType, metadata) {
      later(() => objects.write(ref, body, contentType, metadata));
    },
  };
}

/** Gives the outputs of every run the same keys. */
function runlessStore(objects: ObjectStore): ObjectStore {
  const runless = <R extends { key: string }>(ref: R): R => ({
    ...ref,
    key: ref.key.replace(/_r\d+(?=\.)/, ''),
  });
  return {
    head: (ref) => objects.head(runless(ref)),
    read: (ref) => objects.read(runless(ref)),
    delete: (ref) => objects.delete(runless(ref)),
    versions: (bucket) => objects.versions(bucket),
    write: (ref, ...content) => objects.write(runless(ref), ...content),
  };
}

function withUpdate(catalog: Catalog, update: Catalog['update']): Catalog {
  return {
    get: (imageId) => catalog.get(imageId),
    create: (record) => catalog.create(record),
    update,
    archive: (record) => catalog.archive(record),
    history: (imageId) => catalog.history(imageId),
    forget: (imageId, uploadId) => catalog.forget(imageId, uploadId),
    due: (now) => catalog.due(now),
    failed: () => catalog.failed(),
    list: (query, after, limit) => catalog.list(query, after, limit),
    count: (query) => catalog.count(query),
    albums: (owner) => catalog.albums(owner),
    countUse: (...request) => catalog.countUse(...request),
    putUpload: (uploadId, upload) => catalog.putUpload(uploadId, upload),
    findUpload: (uploadId) => catalog.findUpload(uploadId),
    putUnprocessableMessage: (unprocessable) => catalog.putUnprocessableMessage(unprocessable),
    unprocessableMessages: () => catalog.unprocessableMessages(),
    removeUnprocessableMessage: (messageId) => catalog.removeUnprocessableMessage(messageId),
  };
}

function bareEvent(record: ImageRecord): CompletionEvent {
  const type = 'image.completed';
  const eventId = eventIdOf(record.imageId, record.run, record.attempt, type);
  return { version: 1, eventId, type, ...imageView(record, ''), outputs: [] };
}
