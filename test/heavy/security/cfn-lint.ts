import * as z from 'zod';
import { run } from '../../support/run-command.ts';
import { CFN_LINT } from './tools.ts';

const findingsSchema = z.array(
  z.object({
    Filename: z.string(),
    Level: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullish() }),
    Message: z.string(),
    Rule: z.object({ Id: z.string() }),
  }),
);

interface LintFinding {
  file: string;
  ruleId: string;
  level: string;
  /** The place in the template. */
  path: string;
  message: string;
}

/** Warnings that are accepted, and why. The CDK causes all of them. */
export const EXPLAINED: Readonly<Record<string, string>> = {
  W3005: 'The CDK has a resource wait by name for what it refers to anyway, which changes nothing.',
};

/** The findings of cfn-lint in the templates, including warnings and remarks. */
export async function lint(files: readonly string[]): Promise<LintFinding[]> {
  const found = await run(CFN_LINT, ['--format', 'json', '--non-zero-exit-code', 'none', '--', ...files]);
  return findingsSchema
    .parse(JSON.parse(found === '' ? '[]' : found))
    .map(({ Filename, Level, Location, Message, Rule }) => ({
      file: Filename,
      ruleId: Rule.Id,
      level: Level,
      path: (Location.Path ?? []).join('/'),
      message: Message,
    }));
}
