import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const FOLDER = new URL('../core/image/kernels/', import.meta.url);

const SOURCES = [
  'bilinear',
  'box',
  'comparison',
  'enhancement',
  'lanczos',
  'rotation',
  'ssimulacra2',
  'xyb',
].map((name) => `assembly/${name}.ts`);

const OPTIONS = [
  ...['--optimizeLevel', '3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
  // Vectors pass between our own modules only.
  ...['--disableWarning', '112'],
];

/** Compiles the AssemblyScript of core/image/kernels to the text of wasm.ts there, the same on every machine. */
export async function buildKernels(): Promise<string> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [...SOURCES, '--baseDir', fileURLToPath(FOLDER), '--outFile', 'kernels.wasm', ...OPTIONS],
    {
      writeFile: (_name, contents) => {
        wasm = Buffer.from(contents);
      },
    },
  );
  if (error !== null || wasm === undefined) {
    throw new Error(`asc failed: ${stderr.toString().slice(0, 2000)}`, { cause: error });
  }
  return moduleText(Buffer.from(wasm).toString('base64'));
}

function moduleText(base64: string): string {
  const lines = base64.match(/.{1,100}/g) ?? [];
  return [
    '/** assembly/ compiled, in base64; made by scripts/build-kernels.ts. */',
    'export const KERNELS_WASM = `',
    ...lines,
    '`;',
    '',
  ].join('\n');
}

if (import.meta.main) {
  await writeFile(new URL('wasm.ts', FOLDER), await buildKernels());
}
