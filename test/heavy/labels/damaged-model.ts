import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABEL_MODELS } from '../../../core/labels/models.ts';
import { readModel } from '../../../labels/find-model.ts';

/** What is said of a model of mode `fast` that has these bytes. */
export async function damagedModel(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-model-'));
  try {
    await writeFile(join(folder, `${LABEL_MODELS.fast.name}.onnx`), bytes);
    return await readModel('fast', folder).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
