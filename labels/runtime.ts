import { createRequire } from 'node:module';
import { InvalidInputError } from '../core/errors.ts';

/*
 * What we use of onnxruntime-node. Its types are not imported, as the package is optional.
 * https://onnxruntime.ai/docs/api/js/interfaces/InferenceSession-1.html
 */

interface Tensor {
  readonly data: Float32Array;
}

interface ValueMetadata {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface InferenceSession {
  readonly inputMetadata: readonly ValueMetadata[];
  readonly outputMetadata: readonly ValueMetadata[];
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

interface SessionOptions {
  intraOpNumThreads: number;
  interOpNumThreads: number;
  executionMode: 'sequential';
  enableCpuMemArena: boolean;
}

export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<InferenceSession> };
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => Tensor;
}

/** The command that adds what classification needs. */
export const INSTALL_COMMAND = 'npm ci --prefix labels';

const require = createRequire(import.meta.url);
const PACKAGE = 'onnxruntime-node';

/** Whether the package is there. It is not loaded. */
export function isInstalled(): boolean {
  try {
    require.resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
}

/** @throws InvalidInputError with the command that adds it, where the package is not installed */
export function loadRuntime(): OnnxRuntime {
  try {
    return require(PACKAGE) as OnnxRuntime;
  } catch (cause) {
    throw new InvalidInputError(
      `Images are classified with ${PACKAGE}, which can't be loaded here. Run \`${INSTALL_COMMAND}\` first.`,
      { cause },
    );
  }
}
