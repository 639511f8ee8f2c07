import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { HeicDecoder } from '../core/image/source/heic-decoder.ts';
import { runChild } from './run-child.ts';

/** The form of the package that is one file, with its WebAssembly inside. */
const PACKAGE = 'libheif-js/wasm-bundle';
/** Beside this file; in a bundle, beside that. */
const CHILD = import.meta.url.endsWith('.ts') ? 'child.ts' : 'heic-child.mjs';

/**
 * The decoder of HEIC where somebody has added its package, `libheif-js`; undefined without it.
 *
 * @param from the file or folder from where the package is looked for, as Node does
 */
export function findHeicDecoder(from: string | URL = import.meta.url): HeicDecoder | undefined {
  const packageFile = resolvePackage(from);
  if (packageFile === undefined) return undefined;
  const program = fileURLToPath(new URL(CHILD, import.meta.url));
  return (request) => runChild({ program, packageFile }, request);
}

function resolvePackage(from: string | URL): string | undefined {
  try {
    return createRequire(from).resolve(PACKAGE);
  } catch {
    return undefined;
  }
}
