import { describe, expect, it } from 'vitest';
import { PreviewQueue } from '../../../../web/adjust/preview-queue.ts';

interface Asked {
  name: string;
  isDraft: boolean;
  signal: AbortSignal;
  answer(text: string): Promise<void>;
  fail(problem: Error): Promise<void>;
}

/** A queue whose requests end when the test says so, aborted or not, as a slow network does. */
function openQueue() {
  const asked: Asked[] = [];
  const seen: string[] = [];
  const queue = new PreviewQueue<{ name: string; isDraft: boolean }, string>({
    request({ name, isDraft }, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const settled = (settle: () => void) => {
        settle();
        return new Promise<void>((done) => setTimeout(done));
      };
      const answer = (text: string) => settled(() => resolve(text));
      const fail = (problem: Error) => settled(() => reject(problem));
      asked.push({ name, isDraft, signal, answer, fail });
      return promise;
    },
    onAnswer: (answer, { name }) => seen.push(`${name}: ${answer}`),
    onProblem: (problem, { name }) => seen.push(`${name} failed: ${String(problem)}`),
  });
  const draft = (name: string) => queue.want({ name, isDraft: true });
  const exact = (name: string) => queue.want({ name, isDraft: false });
  const at = (index: number) => asked[index] ?? expect.fail(`expected a request ${index}`);
  return { queue, asked, seen, draft, exact, at };
}

describe('the queue of previews', () => {
  it('has one request in flight, and asks next for the newest alone', async () => {
    const { asked, seen, draft, at } = openQueue();
    for (const name of ['a', 'b', 'c', 'd']) draft(name);
    expect(asked.map(({ name }) => name)).toEqual(['a']);
    await at(0).answer('1');
    expect(asked.map(({ name }) => name)).toEqual(['a', 'd']);
    await at(1).answer('2');
    expect(seen).toEqual(['a: 1', 'd: 2']);
    expect(asked).toHaveLength(2);
  });

  it('shows a draft that is in flight while the exact version waits', async () => {
    const { seen, draft, exact, at } = openQueue();
    draft('a');
    exact('a');
    expect(at(0).signal.aborted).toBe(false);
    await at(0).answer('draft');
    await at(1).answer('exact');
    expect(seen).toEqual(['a: draft', 'a: exact']);
  });

  it('aborts an exact version for what is wanted next, and drops its answer that arrives later', async () => {
    const { seen, draft, exact, at } = openQueue();
    exact('old');
    draft('new');
    expect(at(0).signal.aborted).toBe(true);
    await at(1).answer('shown');
    await at(0).answer('late');
    expect(seen).toEqual(['new: shown']);
  });

  it('drops the late failure of what it aborted, too', async () => {
    const { seen, exact, at } = openQueue();
    exact('old');
    exact('new');
    await at(0).fail(new Error('aborted'));
    expect(seen).toEqual([]);
    await at(1).answer('shown');
    expect(seen).toEqual(['new: shown']);
  });

  it('reports a problem, unless something newer is wanted already, and goes on', async () => {
    const { seen, draft, at } = openQueue();
    draft('a');
    draft('b');
    await at(0).fail(new Error('no network'));
    expect(seen).toEqual([]);
    await at(1).fail(new Error('unsupported'));
    expect(seen).toEqual(['b failed: Error: unsupported']);
    draft('c');
    await at(2).answer('3');
    expect(seen).toHaveLength(2);
  });

  it('forgets everything when nothing is wanted, and works again', async () => {
    const { queue, asked, seen, draft, at } = openQueue();
    draft('a');
    draft('b');
    queue.clear();
    expect(at(0).signal.aborted).toBe(true);
    await at(0).answer('late');
    expect([asked.length, seen]).toEqual([1, []]);
    draft('c');
    await at(1).answer('3');
    expect(seen).toEqual(['c: 3']);
  });

  it('is silent once it is closed: its page has gone', async () => {
    const { queue, asked, seen, draft, exact, at } = openQueue();
    draft('a');
    exact('a');
    queue.close();
    expect(at(0).signal.aborted).toBe(true);
    await at(0).answer('late');
    draft('b');
    expect([asked.length, seen]).toEqual([1, []]);
  });
});
