import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, entryOf } from '../../../../client/uploads/entry.ts';
import { FileQueue } from '../../../../client/uploads/file-queue.ts';

function entry(id: number): Entry {
  return entryOf(id, { name: `${id}.jpg`, bytes: 1, type: 'image/jpeg', open: () => new Blob([]) });
}

/** Takes the next file as the dispatcher does. */
function take(queue: FileQueue): number | undefined {
  const next = queue.next();
  if (next !== undefined) next.state = 'sending';
  return next?.id;
}

describe('the queue', () => {
  it('behaves like a list with the returned files in front', () => {
    const actions = fc.array(fc.constantFrom('add', 'add', 'next', 'return', 'cancel'), { maxLength: 200 });
    fc.assert(
      fc.property(actions, (steps) => {
        const queue = new FileQueue();
        let model: Entry[] = [];
        let last: Entry | undefined;
        for (const [id, action] of steps.entries()) {
          if (action === 'add') {
            const added = entry(id);
            queue.add(added);
            model.push(added);
          } else if (action === 'next') {
            const [first] = model;
            expect(take(queue)).toBe(first?.id);
            model = model.slice(1);
            last = first;
          } else if (action === 'return' && last?.state === 'sending') {
            last.state = 'waiting';
            queue.putBack(last);
            model = [last, ...model];
          } else if (action === 'cancel') {
            const victim = model[model.length >> 1];
            if (victim !== undefined) victim.state = 'cancelled';
            model = model.filter((other) => other !== victim);
          }
          expect(Array.from(queue.waiting(), (waiting) => waiting.id)).toEqual(
            model.map((other) => other.id),
          );
        }
      }),
    );
  });

  it('gives 100,000 files in order', () => {
    const queue = new FileQueue();
    for (let id = 0; id < 100_000; id++) queue.add(entry(id));
    for (let id = 0; id < 100_000; id++) expect(take(queue) === id).toBe(true);
    expect(take(queue)).toBeUndefined();
    queue.add(entry(100_000));
    expect(take(queue)).toBe(100_000);
  });

  it('gives a file once, although it was put in twice', () => {
    const queue = new FileQueue();
    const file = entry(1);
    queue.add(file);
    file.state = 'cancelled';
    file.state = 'waiting';
    queue.add(file);
    expect([take(queue), take(queue)]).toEqual([1, undefined]);
  });
});
