import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { podman } from './engine.ts';
import { IMAGE } from './image.ts';
import { printLine } from './print.ts';

/** What the image may add to its base: twice this would be felt in a cold start. */
const MAX_ADDED_BYTES = 30_000_000;

const TASK_ROOT = 'var/task';
const BUNDLES = ['processor.mjs', 'rotation.mjs'];
const PACKAGES = [
  '@img/colour',
  `@img/sharp-libvips-linux-${process.arch}`,
  `@img/sharp-linux-${process.arch}`,
  'detect-libc',
  'semver',
  'sharp',
];

const imageSchema = z.object({
  Size: z.number(),
  Config: z.object({ Env: z.array(z.string()), User: z.string().optional() }),
  RootFS: z.object({ Layers: z.array(z.string()) }),
  History: z.array(z.object({ created_by: z.string() })),
});

async function inspect(name: string) {
  return z.tuple([imageSchema]).parse(JSON.parse(await podman('image', 'inspect', name)))[0];
}

describe('the image', () => {
  let root: string;
  let files: string[];
  beforeAll(async () => {
    root = (await podman('image', 'mount', IMAGE)).trim();
    const found = await readdir(join(root, TASK_ROOT), { recursive: true, withFileTypes: true });
    files = found
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, TASK_ROOT).length + 1));
  });
  afterAll(() => podman('image', 'unmount', IMAGE));

  it('is its base and one layer, which changes nothing but the folder of the function', async () => {
    const [image, base] = [await inspect(IMAGE), await inspect(process.env.BASE_IMAGE ?? '')];
    expect(image.RootFS.Layers.slice(0, -1)).toEqual(base.RootFS.Layers);
    const added = image.History.slice(base.History.length).map(({ created_by }) => created_by);
    expect(added).toEqual([
      expect.stringMatching(/COPY dir:[0-9a-f]{64} in \$\{LAMBDA_TASK_ROOT\}\/ ?$/),
      expect.stringContaining('CMD ["processor.handler"]'),
    ]);
  });

  it('has the bundles, and sharp for this processor alone', () => {
    const manifests = files.map(
      (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1],
    );
    expect(manifests.filter(Boolean).sort()).toEqual(PACKAGES);
    const strangers = files.filter(
      (file) => !BUNDLES.includes(file) && !PACKAGES.some((name) => file.startsWith(`node_modules/${name}/`)),
    );
    expect(strangers).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(BUNDLES));
  });

  it('has nothing that only development needs, and nothing secret', async () => {
    expect(files.filter((file) => /\.(map|env|pem|crt|key|log)$|npmrc|lock|\/tests?\//.test(file))).toEqual(
      [],
    );
    for (const bundle of BUNDLES) {
      const text = await readFile(join(root, TASK_ROOT, bundle), 'utf8');
      expect(text).not.toMatch(
        /sourceMappingURL=|BEGIN (RSA |EC )?(PRIVATE KEY|CERTIFICATE)-|AKIA[0-9A-Z]{16}/,
      );
    }
    const [image, base] = [await inspect(IMAGE), await inspect(process.env.BASE_IMAGE ?? '')];
    expect(image.Config.Env).toEqual(base.Config.Env);
  });

  it('can be read by whatever user Lambda runs it as, and written by none', async () => {
    for (const file of files) {
      const { mode } = await stat(join(root, TASK_ROOT, file));
      expect([file, (mode & 0o7777).toString(8)]).toEqual([file, expect.stringMatching(/^(644|755)$/)]);
    }
  });

  it('is small', async () => {
    const [image, base] = [await inspect(IMAGE), await inspect(process.env.BASE_IMAGE ?? '')];
    const addedBytes = image.Size - base.Size;
    const [whole, added, most] = [image.Size, addedBytes, MAX_ADDED_BYTES].map((bytes) =>
      (bytes / 1e6).toFixed(1),
    );
    printLine(`image: ${whole} MB, of which ${added} MB are Darkroom's (at most ${most})`);
    expect(addedBytes).toBeLessThan(MAX_ADDED_BYTES);
  });
});
