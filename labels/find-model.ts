import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import { LABEL_MODELS, LABEL_MODES, type LabelMode } from '../core/labels/models.ts';

/** Where the models are. One is in the repository; `npm run labels:model` makes the others. */
export const MODELS = join(import.meta.dirname, 'models');

/** The command that makes the model of a mode. */
export function modelCommand(mode: LabelMode): string {
  return `npm run labels:model -- ${mode}`;
}

/** The modes whose models are there. */
export function availableModes(folder = MODELS): LabelMode[] {
  return LABEL_MODES.filter((mode) => pathOf(mode, folder) !== undefined);
}

/** @throws InvalidInputError where the model of the mode is not there */
export function modelPath(mode: LabelMode, folder = MODELS): string {
  const path = pathOf(mode, folder);
  if (path !== undefined) return path;
  throw new InvalidInputError(`The model of mode ${mode} is not there. Run \`${modelCommand(mode)}\` first.`);
}

/**
 * Reads the model of a mode.
 *
 * @throws InvalidInputError where it is not there, or where it is another file than the one that was tested
 */
export async function readModel(mode: LabelMode, folder = MODELS): Promise<Buffer> {
  const path = modelPath(mode, folder);
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const expected = LABEL_MODELS[mode].sha256;
  if (sha256 === expected) return bytes;
  throw new InvalidInputError(
    `${path}: expected a file with the SHA-256 ${expected}, received ${sha256}. Delete it, then run \`${modelCommand(mode)}\`.`,
  );
}

function pathOf(mode: LabelMode, folder: string): string | undefined {
  const path = join(folder, `${LABEL_MODELS[mode].name}.onnx`);
  return existsSync(path) ? path : undefined;
}
