import { readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { podman } from '../../support/container/engine.ts';
import {
  type Cpu,
  DOCKER_CPU,
  IMAGE,
  OTHER_CPU,
  OTHER_IMAGE,
  THIS_CPU,
} from '../../support/container/image.ts';
import { printLine } from './print.ts';
import { zipFolder } from './zip.ts';

/** The size that the image may add to its base. Twice as much would lengthen a cold start noticeably. */
const MAX_ADDED_BYTES = 30_000_000;

const TASK_ROOT = 'var/task';
const WORKERS = ['processor', 'parts', 'pixels'] as const;
const BUNDLES = WORKERS.map((worker) => `${worker}.mjs`);

/** The architectures in the header of a Linux binary. */
const ELF_MACHINES: Readonly<Record<number, Cpu>> = { 62: 'x64', 183: 'arm64' };

const imageSchema = z.object({
  Architecture: z.string(),
  Size: z.number(),
  Config: z.object({ Env: z.array(z.string()), User: z.string().optional() }),
  RootFS: z.object({ Layers: z.array(z.string()) }),
  History: z.array(z.object({ created_by: z.string() })),
});

async function inspect(name: string) {
  return z.tuple([imageSchema]).parse(JSON.parse(await podman('image', 'inspect', name)))[0];
}

/** The files in a folder, by path. */
async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function packagesFor(cpu: Cpu): string[] {
  const ofSharp = [`@img/sharp-libvips-linux-${cpu}`, `@img/sharp-linux-${cpu}`];
  return ['@img/colour', ...ofSharp, 'detect-libc', 'semver', 'sharp'];
}

function isOtherBundle(file: string, worker: string): boolean {
  return BUNDLES.includes(file) && file !== `${worker}.mjs`;
}

describe.each([
  [THIS_CPU, IMAGE],
  [OTHER_CPU, OTHER_IMAGE],
])('the image for %s', (cpu, name) => {
  let root: string;
  let files: string[];
  beforeAll(async () => {
    root = (await podman('image', 'mount', name)).trim();
    files = await filesIn(join(root, TASK_ROOT));
  });
  afterAll(() => podman('image', 'unmount', name));

  it('says its architecture', async () => {
    expect((await inspect(name)).Architecture).toBe(DOCKER_CPU[cpu]);
  });

  it('has the bundles, and sharp only for that architecture', () => {
    const packages = packagesFor(cpu);
    const manifests = files.map(
      (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1],
    );
    expect(manifests.filter(Boolean).sort()).toEqual(packages);
    const strangers = files.filter(
      (file) => !BUNDLES.includes(file) && !packages.some((each) => file.startsWith(`node_modules/${each}/`)),
    );
    expect(strangers).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(BUNDLES));
  });

  it('has binaries of that architecture', async () => {
    const binaries = files.filter((file) => /\.(node|so[.\d]*)$/.test(file));
    expect(binaries).toHaveLength(2);
    for (const file of binaries) {
      const header = await readFile(join(root, TASK_ROOT, file));
      expect(header.toString('latin1', 1, 4)).toBe('ELF');
      expect([file, ELF_MACHINES[header.readUInt16LE(18)]]).toEqual([file, cpu]);
    }
  });

  it.each(WORKERS)('has the same as the zip file of the %s, and the other bundle', async (worker) => {
    const zip = await zipFolder(worker, cpu);
    const ofZip = await filesIn(zip);
    expect([...ofZip].sort()).toEqual(files.filter((file) => !isOtherBundle(file, worker)).sort());
    const different = ofZip.filter(
      (file) => !readFileSync(join(zip, file)).equals(readFileSync(join(root, TASK_ROOT, file))),
    );
    expect(different).toEqual([]);
  });
});

describe('the image', () => {
  let root: string;
  let files: string[];
  beforeAll(async () => {
    root = (await podman('image', 'mount', IMAGE)).trim();
    files = await filesIn(join(root, TASK_ROOT));
  });
  afterAll(() => podman('image', 'unmount', IMAGE));

  it('is its base and one layer, which changes only the folder of the function', async () => {
    const [image, base] = [await inspect(IMAGE), await inspect(process.env.BASE_IMAGE ?? '')];
    expect(image.RootFS.Layers.slice(0, -1)).toEqual(base.RootFS.Layers);
    const added = image.History.slice(base.History.length).map(({ created_by }) => created_by);
    expect(added).toEqual([
      expect.stringMatching(/COPY dir:[0-9a-f]{64} in \$\{LAMBDA_TASK_ROOT\}\/ ?$/),
      expect.stringContaining('CMD ["processor.handler"]'),
    ]);
  });

  it('has no development dependencies and no secrets', async () => {
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

  it('can be read by any user, and written by none', async () => {
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
