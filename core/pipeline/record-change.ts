import type { Change, Guard } from '../ports.ts';
import type { ImageRecord } from './record.ts';

/** Whether every clause of the guard holds of the record. */
export function guardHolds(record: ImageRecord, guard: Guard): boolean {
  return (
    record.run === guard.run &&
    guard.states.includes(record.state) &&
    (guard.attempt === undefined || record.attempt === guard.attempt) &&
    (guard.dueAt === undefined || record.dueAt === guard.dueAt) &&
    (guard.startsBelow === undefined || record.starts < guard.startsBelow) &&
    (guard.resendsBelow === undefined || record.resends < guard.resendsBelow) &&
    (guard.finished ?? []).every((variant) => Object.hasOwn(record.finished, variant)) &&
    (guard.announced === undefined || (record.announcedAt !== undefined) === guard.announced)
  );
}

/**
 * The record after the change; the given one stays as it is. A change names no field twice: what is set is
 * neither removed nor added to (DynamoDB refuses that).
 */
export function applyChange(record: ImageRecord, change: Change): ImageRecord {
  const next: ImageRecord = {
    ...record,
    ...change.set,
    finished: { ...(change.clearFinished ? {} : record.finished), ...change.parts },
  };
  for (const field of change.remove ?? []) delete next[field];
  next.starts += change.add?.starts ?? 0;
  next.resends += change.add?.resends ?? 0;
  next.computeMs += change.add?.computeMs ?? 0;
  return next;
}
