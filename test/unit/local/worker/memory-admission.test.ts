import { expect, test } from 'vitest';
import { MemoryAdmission } from '../../../../local/worker/memory-admission.ts';

/** Images by name that end when told, and the order in which they began. */
function images(totalBytes: number) {
  const memory = new MemoryAdmission(totalBytes);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const submit = (name: string, bytes: number) =>
    memory.admit(bytes, () => {
      begun.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.();
    await settled();
  };
  return { begun, submit, settled, end };
}

test('images begin while they fit together', async () => {
  const { begun, submit, settled, end } = images(100);
  void submit('a', 60);
  void submit('b', 40);
  void submit('c', 30);
  await settled();
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('a large image is not overtaken by small ones', async () => {
  const { begun, submit, settled, end } = images(100);
  void submit('a', 60);
  void submit('large', 90);
  void submit('small', 10);
  await settled();
  expect(begun).toEqual(['a']);
  await end('a');
  expect(begun).toEqual(['a', 'large', 'small']);
});

test('an image that is larger than all memory begins alone, and lets others follow', async () => {
  const { begun, submit, settled, end } = images(100);
  void submit('a', 10);
  void submit('huge', 500);
  void submit('b', 10);
  await settled();
  expect(begun).toEqual(['a']);
  await end('a');
  expect(begun).toEqual(['a', 'huge']);
  await end('huge');
  expect(begun).toEqual(['a', 'huge', 'b']);
});

test('work that fails gives its memory back', async () => {
  const memory = new MemoryAdmission(100);
  const failure = new Error('lost');
  await expect(memory.admit(100, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await memory.admit(100, async () => 'done')).toBe('done');
});
