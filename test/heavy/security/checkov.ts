import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { run } from '../../support/run-command.ts';
import { fileName, type Synthesised, type Template } from './synthesis.ts';
import { CACHE, CHECKOV } from './tools.ts';

const BARE = join(CACHE, 'bare');

const checksSchema = z
  .array(
    z.object({
      check_id: z.string(),
      check_name: z.string(),
      resource: z.string(),
      file_abs_path: z.string(),
    }),
  )
  .default([]);

const reportSchema = z.object({
  check_type: z.literal('cloudformation'),
  results: z.object({
    passed_checks: checksSchema,
    failed_checks: checksSchema,
    skipped_checks: checksSchema,
    parsing_errors: z.array(z.string()).default([]),
  }),
});

interface CheckResult {
  file: string;
  ruleId: string;
  name: string;
  resourceId: string;
}

interface CheckovReport {
  passed: CheckResult[];
  failed: CheckResult[];
  skipped: CheckResult[];
}

/**
 * Checks the templates with all of checkov's rules for CloudFormation. Nothing is fetched or sent.
 *
 * @throws Error if checkov cannot read one of them
 */
export async function check(files: readonly string[]): Promise<CheckovReport> {
  const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--soft-fail'];
  const output = await run(CHECKOV, [...options, '--skip-download', '--file', ...files]);
  const { passed_checks, failed_checks, skipped_checks, parsing_errors } = reportSchema.parse(
    JSON.parse(output),
  ).results;
  if (parsing_errors.length > 0) throw new Error(`checkov could not read ${parsing_errors.join(', ')}`);
  const results = (checks: z.infer<typeof checksSchema>) =>
    checks.map(({ file_abs_path, check_id, check_name, resource }) => ({
      file: resolve(file_abs_path),
      ruleId: check_id,
      name: check_name,
      resourceId: resource.replace(/^.*\./, ''),
    }));
  return {
    passed: results(passed_checks),
    failed: results(failed_checks),
    skipped: results(skipped_checks),
  };
}

/** Copies of the templates without accepted findings, by template, to see what checkov finds in them. */
export async function writeBare(templates: readonly Synthesised[]): Promise<Map<string, Synthesised>> {
  await rm(BARE, { recursive: true, force: true });
  await mkdir(BARE, { recursive: true });
  const written = templates.map(async (synthesised) => {
    const { variant, file, template } = synthesised;
    const bare = join(BARE, `${fileName(variant)}-${basename(file)}`);
    await writeFile(bare, JSON.stringify(withoutSkips(template)));
    return [bare, synthesised] as const;
  });
  return new Map(await Promise.all(written));
}

/** Accepted findings of a template that checkov does not find in the copy: `LogicalId CKV_…`. */
export function staleIn({ Resources }: Template, bareFile: string, failed: readonly CheckResult[]): string[] {
  const failing = new Set(
    failed.filter(({ file }) => file === bareFile).map(({ resourceId, ruleId }) => `${resourceId} ${ruleId}`),
  );
  return Object.entries(Resources)
    .flatMap(([id, { Metadata }]) => (Metadata?.checkov?.skip ?? []).map((skip) => `${id} ${skip.id}`))
    .filter((accepted) => !failing.has(accepted));
}

function withoutSkips({ Resources, ...rest }: Template): Template {
  const bare = Object.entries(Resources).map(([id, { Metadata, ...resource }]) => [id, resource]);
  return { ...rest, Resources: Object.fromEntries(bare) };
}
