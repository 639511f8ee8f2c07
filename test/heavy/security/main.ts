import assert from 'node:assert/strict';
import { basename, relative } from 'node:path';
import { auditPackages } from './audit.ts';
import { EXPLAINED, lint } from './cfn-lint.ts';
import { check, staleIn, writeBare } from './checkov.ts';
import { FLAWED, FLAWED_FILE, FLAWS, writeFlawed } from './flawed.ts';
import { type Synthesised, synthesiseAll } from './synthesis.ts';
import { CACHE, installTools } from './tools.ts';

/*
 * Synthesises every variant of a deployment, and the pipeline, with the real CDK. Checks the templates with cfn-lint and
 * checkov, and asks the registry about our packages. docs/security.md says what that proves, and what it does not.
 */

const startedAtMs = performance.now();

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begunAtMs = performance.now();
  const result = await work();
  console.log(`${name}: ${secondsSince(begunAtMs)} s`);
  return result;
}

/** Runs a step and prints its findings at its end, so that two concurrent steps do not mix their lines. */
async function report(name: string, work: () => Promise<string[]>): Promise<void> {
  const lines = await step(name, work);
  for (const line of lines) console.log(`  ${line}`);
}

function secondsSince(ms: number): string {
  return ((performance.now() - ms) / 1000).toFixed(1);
}

/** Fails with the lines, if there are any. */
function expectNone(lines: readonly string[], what: string): void {
  assert.equal(lines.length, 0, `${what}:\n  ${lines.join('\n  ')}`);
}

async function runCfnLint(files: readonly string[]): Promise<string[]> {
  const findings = await lint([...files, FLAWED_FILE]);
  const inFlawed = findings.filter(({ file }) => file === FLAWED_FILE).map(({ ruleId }) => ruleId);
  for (const flaw of FLAWS.cfnLint) assert(inFlawed.includes(flaw), `cfn-lint overlooked ${flaw}`);

  const inOurs = findings.filter(({ file }) => file !== FLAWED_FILE);
  const unexplained = inOurs.filter(({ ruleId }) => !(ruleId in EXPLAINED));
  expectNone(
    unexplained.map(({ file, ruleId, level, path, message }) =>
      [relative(CACHE, file), level, ruleId, path, message].join(' '),
    ),
    'cfn-lint found',
  );
  const known = Object.entries(EXPLAINED).map(([ruleId, why]) => {
    const times = inOurs.filter((finding) => finding.ruleId === ruleId).length;
    assert(times > 0, `${ruleId} of cfn-lint is explained, and never found`);
    return `${ruleId}, ${times} times: ${why}`;
  });
  return [`${files.length} templates, no error, no other warning than`, ...known];
}

async function runCheckov(templates: readonly Synthesised[]): Promise<string[]> {
  const files = templates.map(({ file }) => file);
  const bare = await writeBare([...templates, { variant: 'flawed', file: FLAWED_FILE, template: FLAWED }]);
  const { passed, failed, skipped } = await check([...files, ...bare.keys(), FLAWED_FILE]);
  const inFlawed = failed.filter(({ file }) => file === FLAWED_FILE).map(({ ruleId }) => ruleId);
  for (const flaw of FLAWS.checkov) assert(inFlawed.includes(flaw), `checkov overlooked ${flaw}`);

  const lookedAt = new Set([...passed, ...failed, ...skipped].map(({ file }) => file));
  expectNone(
    files.filter((file) => !lookedAt.has(file)),
    'checkov did not look at',
  );
  const found = failed.filter(({ file }) => files.includes(file));
  expectNone(
    found.map(({ file, ruleId, name, resourceId }) =>
      [relative(CACHE, file), resourceId, ruleId, name].join(' '),
    ),
    'checkov found',
  );
  for (const [bareFile, { file, template, variant }] of bare) {
    const stale = staleIn(template, bareFile, failed);
    if (file === FLAWED_FILE)
      assert.deepEqual(stale, FLAWS.stale, 'what is accepted for nothing was overlooked');
    else expectNone(stale, `accepted in ${variant}, and not found by checkov`);
  }
  const count = (results: typeof passed) => results.filter(({ file }) => files.includes(file)).length;
  return [
    `${files.length} templates: ${count(passed)} passed, ${count(failed)} failed, ${count(skipped)} accepted at their resources`,
  ];
}

/** What could not be checked; it is repeated at the end. */
const notChecked: string[] = [];

async function runAudit(): Promise<string[]> {
  const audit = await auditPackages();
  if ('notAsked' in audit) {
    assert.ok(!process.env.GITHUB_ACTIONS, `the public registry offers audits, and said: ${audit.notAsked}`);
    notChecked.push('npm audit');
    return [`NOT CHECKED: this registry offers no audits (${audit.notAsked})`];
  }
  expectNone(audit.serious, 'npm audit found');
  return [`no high finding; ${audit.others} lower`];
}

try {
  await writeFlawed();
  const [templates] = await Promise.all([
    step('cdk synth of all variants, with the loop guard and cdk-nag', synthesiseAll),
    step('cfn-lint and checkov installed', installTools),
  ]);
  for (const { variant, file, template } of templates) {
    console.log(`  ${variant}: ${basename(file)}, ${Object.keys(template.Resources).length} resources`);
  }
  await Promise.all([
    report('cfn-lint', () => runCfnLint(templates.map(({ file }) => file))),
    report('checkov', () => runCheckov(templates)),
  ]);
  await report('npm audit', runAudit);
  const but = notChecked.length === 0 ? '' : `, but this could not be checked: ${notChecked.join(', ')}`;
  console.log(`all that was checked held${but} (${secondsSince(startedAtMs)} s)`);
} catch (error) {
  console.error(error instanceof assert.AssertionError ? error.message : error);
  process.exitCode = 1;
}
