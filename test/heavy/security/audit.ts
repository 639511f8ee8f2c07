import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { REPOSITORY } from './tools.ts';

const SERIOUS = ['high', 'critical'];

/** npm's output if the registry answered. */
const auditSchema = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
});

/** npm's output if the registry refused. */
const refusalSchema = z.object({ message: z.string(), statusCode: z.number() });

/** Status codes of a registry that offers no audits, such as a mirror that has only packages. */
const NOT_OFFERED = [404, 405, 501];

/** The findings for the packages in the lock file, or why the registry could not be asked. */
export type Audit = { serious: string[]; others: number } | { notAsked: string };

/**
 * Asks the registry for the known flaws of the packages in the lock file, including development dependencies.
 *
 * @param environment further variables for npm
 * @throws Error if a registry that offers audits did not answer, because nothing is known then
 */
export async function auditPackages(environment: Record<string, string> = {}): Promise<Audit> {
  const child = spawn('npm', ['audit', '--json'], {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const answer: unknown = JSON.parse(output || 'null');
  const audit = auditSchema.safeParse(answer);
  if (audit.success) {
    const found = Object.entries(audit.data.vulnerabilities);
    const serious = found.filter(([, { severity }]) => SERIOUS.includes(severity));
    return {
      serious: serious.map(([name, { severity }]) => `${name}: ${severity}`),
      others: found.length - serious.length,
    };
  }
  const refusal = refusalSchema.safeParse(answer);
  if (refusal.success && NOT_OFFERED.includes(refusal.data.statusCode)) {
    return { notAsked: refusal.data.message };
  }
  throw new Error(`npm audit got no answer from the registry:\n${output}\n${complaint}`);
}
