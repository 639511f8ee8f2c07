import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InvalidInputError } from '../../../core/errors.ts';
import { loadConfig } from '../../../local/config.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  temporary = temporaryFolder();
  mkdirSync(join(temporary.path, 'project'));
  path = join(temporary.path, 'project', 'darkroom.config.json');
});
afterEach(() => temporary[Symbol.dispose]());

function load(config: unknown, dataDir?: string) {
  const content = typeof config === 'string' || Buffer.isBuffer(config) ? config : JSON.stringify(config);
  writeFileSync(path, content);
  return loadConfig({ path, dataDir });
}

it('fills in every default', () => {
  const config = load({});
  expect(config).toMatchObject({ concurrency: 2, webhooks: [], dataDir: join(path, '..', 'darkroom-data') });
  expect(config.recipes.get('augment')?.enhance.color).toBe(1.1);
  expect(config.limits.maxPixels).toBeGreaterThan(100_000_000);
});

it('resolves the data folder relative to the file, unless the caller gives one', () => {
  expect(load({ dataDir: '../elsewhere' }).dataDir).toBe(join(temporary.path, 'elsewhere'));
  expect(load({ dataDir: '../elsewhere' }, '/data').dataDir).toBe('/data');
});

it("adds the user's recipes to the built-in ones", () => {
  const { recipes } = load({
    recipes: { tiny: { resize: { widthPx: 10, heightPx: 20 } }, plain: { rotations: [] } },
  });
  expect(recipes.get('tiny')?.resize).toMatchObject({ widthPx: 10, fit: 'contain' });
  expect(recipes.get('plain')?.rotations).toEqual([]);
  expect(recipes.has('vivid')).toBe(true);
});

it.each([
  [{ concurency: 3 }, /concurency/],
  [{ concurrency: 0 }, /concurrency: .*>=1/],
  [{ limits: { maxBytes: '10 MB' } }, /limits\.maxBytes: .*expected number, received string/],
  [{ webhooks: [{ url: 'ftp://example.test' }] }, /webhooks\.0\.url: expected an http or https URL/],
  [{ recipes: { big: { resize: { ratio: 2 } } } }, /big\.resize/],
  [{ recipes: { 'Not a name': {} } }, /Not a name/],
  ['{"recipes": {"__proto__": {"rotations": []}}}', /"__proto__": expected a name of a-z/],
  [
    { recipes: { x: { output: { targetSsim: 0.9, allow: ['webp'] } } } },
    /x\.output\.allow: expected only with the format auto/,
  ],
  [{ recipes: [] }, /recipes: .*expected/],
  [Buffer.from('\uFEFF{}', 'utf16le'), /expected UTF-8, received UTF-16\. Save it as UTF-8/],
  ['{"dataDir": ', /expected JSON/],
  [[], /expected object/],
])('refuses %j and names the file and the field', (config, mistake) => {
  expect(() => load(config)).toThrow(InvalidInputError);
  expect(() => load(config)).toThrow(mistake);
  expect(() => load(config)).toThrow(path);
});

it('skips a byte order mark', () => {
  expect(load('\uFEFF{"concurrency": 3}').concurrency).toBe(3);
});

it('requires a file only where the caller names it', () => {
  expect(() => loadConfig({ path: join(temporary.path, 'none.json') })).toThrow(/no such config file/);
});
