import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildKernels } from '../../../../../scripts/build-kernels.ts';

test('wasm.ts is what the sources compile to; if not, run npm run kernels', async () => {
  const committed = await readFile(
    new URL('../../../../../core/image/kernels/wasm.ts', import.meta.url),
    'utf8',
  );
  expect(committed).toBe(await buildKernels());
});
