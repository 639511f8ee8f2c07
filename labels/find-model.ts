import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import { LABEL_MODELS, LABEL_MODES, type LabelMode } from '../core/labels/models.ts';

/** Where the model of a mode is looked for: beside this file, and where `npm run labels:model` writes. */
const FOLDERS = [
  join(import.meta.dirname, 'models'),
  join(import.meta.dirname, '..', '.cache', 'labels', 'models'),
];

/** The command that makes the model of a mode. */
export function modelCommand(mode: LabelMode): string {
  return `npm run labels:model -- ${mode}`;
}

/** The modes whose models are there. */
export function availableModes(folders: readonly string[] = FOLDERS): LabelMode[] {
  return LABEL_MODES.filter((mode) => pathOf(mode, folders) !== undefined);
}

/**
 * Reads the model of a mode.
 *
 * @throws InvalidInputError where it is not there, or where it is another file than the one that was tested
 */
export async function readModel(mode: LabelMode, folders: readonly string[] = FOLDERS): Promise<Buffer> {
  const path = pathOf(mode, folders);
  if (path === undefined) {
    throw new InvalidInputError(
      `The model of mode ${mode} is not there. Run \`${modelCommand(mode)}\` first.`,
    );
  }
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const expected = LABEL_MODELS[mode].sha256;
  if (sha256 === expected) return bytes;
  throw new InvalidInputError(
    `${path}: expected a file with the SHA-256 ${expected}, received ${sha256}. Delete it, then run \`${modelCommand(mode)}\`.`,
  );
}

function pathOf(mode: LabelMode, folders: readonly string[]): string | undefined {
  return folders
    .map((folder) => join(folder, `${LABEL_MODELS[mode].name}.onnx`))
    .find((path) => existsSync(path));
}
