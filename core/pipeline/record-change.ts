import type { Change, Guard } from '../ports.ts';
import type { ImageRecord } from './record.ts';

/** Whether every clause of the guard holds for the record. */
export function guardHolds(record: ImageRecord, guard: Guard): boolean {
  return (
    record.run === guard.run &&
    guard.states.includes(record.state) &&
    (guard.attempt === undefined || record.attempt === guard.attempt) &&
    (guard.dueAt === undefined || record.dueAt === guard.dueAt) &&
    (guard.startCountBelow === undefined || record.startCount < guard.startCountBelow) &&
    (guard.repairsBelow === undefined || record.repairs < guard.repairsBelow) &&
    (guard.finished ?? []).every((variant) => Object.hasOwn(record.finished, variant)) &&
    (guard.published === undefined || (record.publishedAt !== undefined) === guard.published) &&
    (guard.inTrash === undefined || (record.deletedAt !== undefined) === guard.inTrash) &&
    (guard.inAlbum === undefined || (record.album !== undefined) === guard.inAlbum)
  );
}

/**
 * The record after the change, which its revision counts. The given record stays unchanged. A change names no field twice: DynamoDB refuses to
 * set a field and remove it, or add to it, in one update.
 */
export function applyChange(record: ImageRecord, change: Change): ImageRecord {
  const next: ImageRecord = {
    ...record,
    ...change.set,
    revision: record.revision + 1,
    finished: { ...(change.clearFinished ? {} : record.finished), ...change.parts },
  };
  for (const field of change.remove ?? []) delete next[field];
  next.startCount += change.add?.startCount ?? 0;
  next.repairs += change.add?.repairs ?? 0;
  next.computeMs += change.add?.computeMs ?? 0;
  return next;
}
