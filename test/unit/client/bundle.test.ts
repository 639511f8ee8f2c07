import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const ENTRIES = ['http', 'uploads', 'live', 'problem', 'live/revisions'];

it('the whole client has less than 15 KB for a browser, and nothing of Node or of a library', async () => {
  const contents = ENTRIES.map((name) => `export * from './client/${name}.ts';`).join('\n');
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: '.', loader: 'ts' },
    bundle: true,
    minify: true,
    // Where esbuild knows no `node:` module and fails on one.
    platform: 'browser',
    format: 'esm',
    target: 'es2024',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>');
  expect(inputs.filter((path) => !path.startsWith('client/'))).toEqual([]);
  // A tool that sees nothing finds nothing wrong.
  expect(inputs.length).toBeGreaterThan(20);
  const [bundle] = outputFiles;
  const bytes = gzipSync(bundle?.contents ?? '', { level: 9 }).length;
  expect(bytes).toBeGreaterThan(4000);
  expect(bytes).toBeLessThan(15_000);
});
