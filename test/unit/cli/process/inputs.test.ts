import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findInputs, keyBelow } from '../../../../cli/process/inputs.ts';
import { UsageError } from '../../../../cli/usage.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;

beforeEach(() => {
  temporary = temporaryFolder();
  folder = realpathSync(temporary.path);
});
afterEach(() => temporary[Symbol.dispose]());

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
}

function find(names: string[], except: string[] = []) {
  const inFolder = (name: string) => join(folder, name);
  return findInputs(names.map(inFolder), except.map(inFolder));
}

it('finds files as named, and in folders all files at any depth, sorted, without hidden ones', async () => {
  put('z.jpg', 'in/b/2.jpg', 'in/b/1.jpg', 'in/a.txt', 'in/.hidden/x.jpg', 'in/.DS_Store', 'in/10% + ü.jpg');
  const { root, inputs } = await find(['z.jpg', 'in', 'z.jpg']);
  expect(root).toBe(folder);
  expect(inputs.map(({ path }) => keyBelow(root, path))).toEqual([
    'z.jpg',
    'in/10% + ü.jpg',
    'in/a.txt',
    'in/b/1.jpg',
    'in/b/2.jpg',
    'z.jpg',
  ]);
  expect(inputs[1]?.label).toBe(join(folder, 'in', '10% + ü.jpg'));
});

it('uses the named folder as the root, however deep the files are', async () => {
  put('photos/2026/may/a.jpg');
  const { root, inputs } = await find(['photos']);
  expect(inputs.map(({ path }) => keyBelow(root, path))).toEqual(['2026/may/a.jpg']);
});

it('finds the deepest common folder, and does not confuse folders with a common beginning', async () => {
  put('photos/a.jpg', 'photos-old/a.jpg');
  const { root, inputs } = await find(['photos', 'photos-old/a.jpg']);
  expect(inputs.map(({ path }) => keyBelow(root, path))).toEqual(['photos/a.jpg', 'photos-old/a.jpg']);
});

it('leaves out what the command has written, also where a link leads to it', async () => {
  put('in/a.jpg', 'in/out/processed/a.jpg', 'in/out.jpg', 'in/sheet.html');
  symlinkSync(join(folder, 'in', 'out'), join(folder, 'link'));
  const { inputs } = await find(['in'], ['link', 'in/sheet.html', 'in/none']);
  expect(inputs.map(({ path }) => path)).toEqual([
    join(folder, 'in', 'a.jpg'),
    join(folder, 'in', 'out.jpg'),
  ]);
});

it('resolves a link to a file', async () => {
  put('real/a.jpg');
  symlinkSync(join(folder, 'real', 'a.jpg'), join(folder, 'link.jpg'));
  const { root, inputs } = await find(['link.jpg']);
  expect(root).toBe(join(folder, 'real'));
  expect(inputs).toEqual([{ label: join(folder, 'link.jpg'), path: join(folder, 'real', 'a.jpg') }]);
});

// Other file systems refuse such names.
it.runIf(process.platform === 'linux')(
  'keeps a file whose name is not Unicode, with its problem',
  async () => {
    put('in/a.jpg', 'in/z.jpg');
    writeFileSync(
      Buffer.concat([Buffer.from(join(folder, 'in', 'caf')), Buffer.from([0xe9])]),
      'é in Latin-1',
    );
    const { inputs } = await find(['in']);
    expect(inputs.map(({ label, problem }) => [label, problem?.code])).toEqual([
      [join(folder, 'in', 'a.jpg'), undefined],
      [join(folder, 'in', 'caf\uFFFD'), 'UNREADABLE_NAME'],
      [join(folder, 'in', 'z.jpg'), undefined],
    ]);
    expect(inputs[1]?.problem?.message).toMatch(/is not valid Unicode.* Rename it\./);
  },
);

it('names a missing file', async () => {
  put('a.jpg');
  await expect(find(['a.jpg', 'missing.jpg'])).rejects.toThrow(UsageError);
  await expect(find(['a.jpg', 'missing.jpg'])).rejects.toThrow(/missing\.jpg/);
});
