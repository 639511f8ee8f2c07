import type { Catalog, EventPublisher } from '../../core/ports.ts';
import type { Invariants } from './invariants.ts';

/** The catalog, with the invariants checked at every change of a record. */
export function observeCatalog(catalog: Catalog, invariants: Invariants): Catalog {
  return {
    get: (imageId) => catalog.get(imageId),
    async create(record) {
      const created = await catalog.create(record);
      if (created) invariants.onRecord(undefined, record);
      return created;
    },
    async update(imageId, guard, change) {
      const before = await catalog.get(imageId);
      const after = await catalog.update(imageId, guard, change);
      if (after) invariants.onRecord(before, after);
      return after;
    },
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

/** The publisher, with the invariants checked at every event. */
export function observePublisher(publisher: EventPublisher, invariants: Invariants): EventPublisher {
  return {
    async publish(event) {
      invariants.onPublish(event);
      await publisher.publish(event);
    },
  };
}
