import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import { run } from '../../support/run-command.ts';
import { PIPELINES, type Pipeline, VARIANTS, type Variant } from '../../support/variants.ts';
import { CACHE, REPOSITORY } from './tools.ts';

const BIN = join(REPOSITORY, 'node_modules', '.bin');
const ASSEMBLIES = join(CACHE, 'assemblies');

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Metadata: z
        .looseObject({
          checkov: z.object({ skip: z.array(z.object({ id: z.string(), comment: z.string() })) }).optional(),
        })
        .optional(),
    }),
  ),
});

/** The parts of a synthesised template that the checks read. */
export type Template = z.infer<typeof templateSchema>;

export interface Synthesised {
  variant: string;
  file: string;
  template: Template;
}

/**
 * The templates of all variants and pipelines, made by the real `cdk synth`, which also runs the checks at synthesis.
 *
 * @throws CommandError with the report if one of them does not pass
 */
export async function synthesiseAll(): Promise<Synthesised[]> {
  await rm(ASSEMBLIES, { recursive: true, force: true });
  // The longest first, so that no long one is left at the end.
  const waiting = [
    ...Object.entries(PIPELINES).map(
      ([name, darkroom]) =>
        () =>
          synthesisePipeline(name, darkroom),
    ),
    ...Object.entries(VARIANTS).map(
      ([name, variant]) =>
        () =>
          synthesiseVariant(name, variant),
    ),
  ];
  const made: Synthesised[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) made.push(...(await next()));
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  return made.sort((a, b) => a.file.localeCompare(b.file));
}

async function synthesiseVariant(name: string, variant: Variant): Promise<Synthesised[]> {
  const context = Object.entries(variant).flatMap(([key, value]) => {
    return ['--context', `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  return synthesise(name, REPOSITORY, context);
}

/** With a cdk.json like a user's, which contains the settings of the pipeline. */
async function synthesisePipeline(name: string, darkroom: Pipeline): Promise<Synthesised[]> {
  const folder = join(ASSEMBLIES, `${fileName(name)}.app`);
  const { context, ...settings } = JSON.parse(await readFile(join(REPOSITORY, 'cdk.json'), 'utf8'));
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'cdk.json'),
    JSON.stringify({ ...settings, context: { ...context, darkroom } }),
  );
  return synthesise(name, folder, ['--app', `node ${join(REPOSITORY, 'bin', 'pipeline.ts')}`]);
}

async function synthesise(name: string, cwd: string, args: readonly string[]): Promise<Synthesised[]> {
  const folder = join(ASSEMBLIES, fileName(name));
  const env = { PATH: [BIN, process.env.PATH].join(delimiter) };
  await run(join(BIN, 'cdk'), ['synth', '--quiet', '--no-notices', ...args, '--output', folder], {
    cwd,
    env,
  });
  // The stages of a pipeline have separate folders.
  const files = await readdir(folder, { recursive: true });
  const templates = files.filter((file) => file.endsWith('.template.json')).map((file) => join(folder, file));
  return Promise.all(
    templates.map(async (file) => ({
      variant: name,
      file,
      template: templateSchema.parse(JSON.parse(await readFile(file, 'utf8'))),
    })),
  );
}

export function fileName(variant: string): string {
  return variant.replaceAll(/\W+/g, '-');
}
