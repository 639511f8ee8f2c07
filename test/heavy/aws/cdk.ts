import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import { run } from '../../support/run-command.ts';
import { CACHE, REPOSITORY } from './emulator.ts';

const BIN = join(REPOSITORY, 'node_modules', '.bin');
const OUTPUTS_FILE = join(CACHE, 'outputs.json');

/** Settings of a deployment (docs/configuration.md), as a user gives them: `-c name=value`. */
export interface Settings {
  stage: 'dev' | 'prod';
  [name: string]: unknown;
}

/** The outputs of a deployment. */
const outputsSchema = z.object({
  SourceBucketName: z.string(),
  ProcessedBucketName: z.string(),
  TopicArn: z.string(),
  CatalogTableName: z.string(),
  AppUrl: z.string(),
  Issuer: z.string(),
  AppClientId: z.string(),
  /** If it has a customer's key. */
  KeyArn: z.string().optional(),
});
export type Outputs = z.infer<typeof outputsSchema>;

export function stackOf({ stage }: Settings): string {
  return `Darkroom-${stage}`;
}

/** @param environments as in `aws://<account>/<region>`; by default that of the credentials */
export async function bootstrap(...environments: string[]): Promise<void> {
  await cdk('bootstrap', ...environments);
}

export async function deploy(settings: Settings): Promise<Outputs> {
  const options = ['--all', '--require-approval', 'never', '--outputs-file', OUTPUTS_FILE];
  await cdk('deploy', ...context(settings), ...options);
  return outputsSchema.parse(JSON.parse(await readFile(OUTPUTS_FILE, 'utf8'))[stackOf(settings)]);
}

/** @throws CommandError with CDK's message if the stack is protected */
export async function destroy(settings: Settings): Promise<void> {
  await cdk('destroy', ...context(settings), '--all', '--force');
}

/** The real command of aws-cdk, in its own process and with the Node of the repository. */
async function cdk(...args: string[]): Promise<void> {
  const env = { PATH: [BIN, process.env.PATH].join(delimiter) };
  const output = ['--output', join(CACHE, 'cdk.out')];
  await run(join(BIN, 'cdk'), [...args, '--no-notices', '--ci', ...output], { cwd: REPOSITORY, env });
}

function context(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [
    '--context',
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
}
