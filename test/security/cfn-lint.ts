import * as z from 'zod';
import { run } from '../container/command.ts';
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
  /** Where in the template. */
  path: string;
  message: string;
}

/** What is known of and stays, by rule and message: all of it is the CDK's own doing. */
export const EXPLAINED = [
  {
    ruleId: 'W3005',
    message: /^'\w+Role[0-9A-F]{8}' dependency already enforced by a 'GetAtt'/,
    why: 'The CDK has a resource wait for its role by name, though it refers to the role as well.',
  },
] as const;

/** What cfn-lint says of the templates, warnings and remarks included. */
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

export function isExplained({ ruleId, message }: LintFinding): boolean {
  return EXPLAINED.some((known) => known.ruleId === ruleId && known.message.test(message));
}
