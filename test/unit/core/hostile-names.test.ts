import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../local/adapters/database.ts';
import { FileStore } from '../../../local/adapters/file-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CANARY = 'outside.txt';

const name = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '...',
    '~',
    'CON',
    'nul.jpg',
    'COM1',
    'a\0b',
    'a\\b',
    '..\\..\\outside.txt',
    'C:',
    'C:\\x',
    '\u202Egpj.exe',
    'ａ',
    'é',
    'e\u0301',
    'É',
    'x'.repeat(255),
    'x'.repeat(1024),
    '\n',
    '\u001B[2J',
    'a:stream',
    'outside.txt',
    '.partial',
    'trailing.',
    'trailing ',
    '-rf',
    '$(id)',
    '%2e%2e',
    '*?"<>|',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const key = fc
  .tuple(fc.constantFrom('', '/', '../', '../../', '//'), fc.array(name, { minLength: 1, maxLength: 4 }))
  .map(([start, names]) => start + names.join('/'))
  .filter((text) => text !== '' && text.isWellFormed());

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

it('gives every key a file of its own inside the folder, and touches nothing outside', async () => {
  const [inbox, outputs] = [join(folder.path, 'inbox'), join(folder.path, 'outputs')];
  mkdirSync(inbox);
  for (const place of [folder.path, inbox]) writeFileSync(join(place, CANARY), 'untouched');
  const database = openDatabase(join(folder.path, 'data'));
  const store = new FileStore(database, {
    inbox: { bucket: 'inbox', directory: inbox },
    outputs: { bucket: 'outputs', directory: outputs },
    metadataOf: () => ({}),
    onSkipped: (_, { message }) => expect.fail(message),
  });
  const written = new Map<string, string>();
  const before = readdirSync(folder.path).sort();

  await fc.assert(
    fc.asyncProperty(key, async (hostile) => {
      await store.write({ bucket: 'outputs', key: hostile }, Buffer.from(hostile), 'image/jpeg');
      written.set(hostile, hostile);
      const file = await store.locate({ bucket: 'outputs', key: hostile });
      expect(resolve(file?.path ?? '').startsWith(outputs + sep)).toBe(true);

      // A source by such a name is one that is in the inbox, or none.
      const source = await store.read({ bucket: 'inbox', key: hostile });
      if (source) expect(existsSync(join(inbox, hostile))).toBe(true);
      await store.delete({ bucket: 'inbox', key: `${hostile}/none` });
    }),
    { numRuns: 150 },
  );

  for (const [hostile, content] of written) {
    expect((await store.read({ bucket: 'outputs', key: hostile }))?.toString()).toBe(content);
  }
  expect(readdirSync(folder.path).sort()).toEqual(before);
  expect(lstatSync(join(folder.path, CANARY)).size).toBe('untouched'.length);
  for (const hostile of written.keys()) await store.delete({ bucket: 'outputs', key: hostile });
  const left = readdirSync(outputs, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(left).toEqual([]);
  database.close();
});
