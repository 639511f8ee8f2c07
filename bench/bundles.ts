import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { STAGES } from '../core/names.ts';
import { bundleHandlers } from '../docker/bundle.ts';

export interface BundleFacts {
  stage: string;
  bytes: number;
  /** From the start of the import until the handler is there, in a new process. */
  initMs: number;
  /** The whole process, start of Node included. */
  processMs: number;
}

const RUNS = 7;

/** What the handlers read when they start; nothing is called. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  TABLE_NAME: 'catalog',
  SOURCE_BUCKET: 'source',
  OUTPUT_BUCKET: 'output',
  INGEST_DLQ_ARN: 'arn:aws:sqs:eu-central-1:123456789012:ingest-dlq',
  ROTATION_DLQ_ARN: 'arn:aws:sqs:eu-central-1:123456789012:rotation-dlq',
};

/** Size and time to start of each function's bundle, under plain Node. */
export function measureBundles(): BundleFacts[] {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-bundles-'));
  try {
    bundleHandlers(STAGES, folder);
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    for (const name of ['sharp', '@img'])
      symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
    return STAGES.map((stage) => measureBundle(stage, join(folder, `${stage}.mjs`)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureBundle(stage: string, file: string): BundleFacts {
  const script = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const runs = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    const args = ['--input-type=module', '--eval', script];
    const printed = execFileSync(process.execPath, args, {
      env: { ...process.env, ...ENVIRONMENT },
      encoding: 'utf8',
    });
    return { initMs: Number(printed), processMs: performance.now() - startedAt };
  });
  return {
    stage,
    bytes: statSync(file).size,
    initMs: Math.min(...runs.map(({ initMs }) => initMs)),
    processMs: Math.min(...runs.map(({ processMs }) => processMs)),
  };
}
