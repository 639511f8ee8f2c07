import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { DEPLOYMENT_STAGES } from '../../lib/config/config.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const FOLDER = join(REPOSITORY, '.github', 'workflows');

const permissions = z.record(z.string(), z.enum(['read', 'write']));
const stepSchema = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const jobSchema = z.looseObject({
  needs: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.string()).optional(),
  permissions: permissions.optional(),
  environment: z.string().optional(),
  'timeout-minutes': z.number().optional(),
  steps: z.array(stepSchema).default([]),
});
const workflowSchema = z.looseObject({ permissions, jobs: z.record(z.string(), jobSchema) });

const workflows = new Map(
  readdirSync(FOLDER).map((name) => [
    name,
    workflowSchema.parse(parse(readFileSync(join(FOLDER, name), 'utf8'))),
  ]),
);

function jobsOf(name: string) {
  const workflow = workflows.get(name);
  if (!workflow) throw new Error(`expected the workflow ${name}`);
  return workflow.jobs;
}

const steps = [...workflows.values()].flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));
const commands = steps.flatMap(({ run }) => run ?? []);

describe('the workflows', () => {
  it('are for changes, for deliveries, and for one stage of these', () => {
    expect([...workflows.keys()].sort()).toEqual(['ci.yml', 'deploy-stage.yml', 'deploy.yml']);
  });

  it('run what there is', () => {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    const named = commands.flatMap((command) => {
      const [, script] = /^npm (?:run (?:-s )?)?(?!ci)([\w:]+)/.exec(command) ?? [];
      return script ?? [];
    });
    expect(new Set(named)).toEqual(new Set(['check', 'test', 'test:deployed']));
    for (const name of named) expect(scripts).toHaveProperty([name]);
    expect(commands).toContain('.ci/run');
    expect(existsSync(join(REPOSITORY, '.ci', 'run'))).toBe(true);
  });

  it('name actions of others by the commit that was looked at', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it('may read the source, and deployments ask for a token of their own', () => {
    for (const { permissions: common } of workflows.values()) expect(common.contents).toBe('read');
    const writing = [...workflows].flatMap(([name, { permissions: common, jobs }]) =>
      [common, ...Object.values(jobs).map((job) => job.permissions ?? {})].flatMap((each) =>
        Object.entries(each).flatMap(([right, kind]) => (kind === 'write' ? [`${name} ${right}`] : [])),
      ),
    );
    expect(new Set(writing)).toEqual(new Set(['deploy-stage.yml id-token', 'deploy.yml id-token']));
  });

  it('put no text of others into a command', () => {
    for (const command of commands) expect(command).not.toContain('${{');
  });

  it('end', () => {
    for (const { jobs } of workflows.values()) {
      for (const job of Object.values(jobs)) {
        if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
      }
    }
  });

  it('deliver to one stage after the other, each in the environment of its name', () => {
    const [, ...stages] = Object.entries(jobsOf('deploy.yml'));
    expect(stages.map(([name, { needs, uses, with: given }]) => [name, needs, uses, given?.stage])).toEqual([
      ['dev', 'test', './.github/workflows/deploy-stage.yml', 'dev'],
      ['staging', 'dev', './.github/workflows/deploy-stage.yml', 'staging'],
      ['prod', 'staging', './.github/workflows/deploy-stage.yml', 'prod'],
    ]);
    expect(stages.map(([name]) => name)).toEqual([...DEPLOYMENT_STAGES]);
    expect(jobsOf('deploy-stage.yml').deploy?.environment).toMatch(/^\$\{\{ inputs\.stage \}\}$/);
  });

  it('check a stage after they have deployed it', () => {
    const [install, deploy, check] =
      jobsOf('deploy-stage.yml').deploy?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(install).toMatch(/^npm ci /);
    expect(deploy).toMatch(/^npx cdk deploy --all .* -c "stage=\$STAGE" -c "checkerAccount=\$ACCOUNT"$/);
    expect(check).toBe('npm run -s test:deployed -- --stack "Darkroom-$STAGE"');
  });
});
