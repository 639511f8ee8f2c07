import { type App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { configSchema, type DarkroomConfig } from '../../lib/config/config.ts';
import { readConfig } from '../../lib/config/read-config.ts';
import { checkAtSynthesis, rulePacks } from '../../lib/guard/check-at-synthesis.ts';
import { withApp } from '../support/synthesise.ts';
import { PIPELINES, VARIANTS } from '../support/variants.ts';
import { type Accepted, acceptedOfCheckov, acceptedOfNag, pageOf } from './accepted.ts';
import { withPipeline } from './delivered.ts';

type Use = <T>(use: (app: App) => T) => T;

/** Every checked app: the deployments, and the pipelines with their deployments. */
const APPS = new Map<string, Use>([
  ...Object.entries(VARIANTS).map(([name, variant]): [string, Use] => [name, (use) => withApp(variant, use)]),
  ...Object.entries(PIPELINES).map(([name, darkroom]): [string, Use] => [
    name,
    (use) => withPipeline(darkroom, use),
  ]),
]);

interface Checked {
  /** `rule path` of everything that cdk-nag finds if nothing is accepted. */
  findings: { ruleId: string; path: string }[];
  ofNag: Accepted[];
  ofCheckov: Accepted[];
  /** The complaints of the synthesis with all accepted findings. */
  complaint: string;
}

const checked = new Map<string, Checked>();

beforeAll(() => {
  for (const [name, build] of APPS) {
    const findings = findingsIn(build);
    build((app) => {
      checkAtSynthesis(app);
      const complaint = complaintOf(() => app.synth());
      const [ofNag, ofCheckov] = [acceptedOfNag(app), acceptedOfCheckov(app)];
      checked.set(name, { findings, ofNag, ofCheckov, complaint });
    });
  }
}, 180_000);

function findingsIn(build: Use): Checked['findings'] {
  const silenced = vi.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
  try {
    return build((app) =>
      rulePacks(app)
        .flatMap((pack) => pack.validateScope(app).violations)
        .flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath = '' }) => ({ ruleId: ruleName, path: constructPath })),
        ),
    );
  } finally {
    silenced.mockRestore();
  }
}

function complaintOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    return String(error);
  }
}

const ONE_SENTENCE = /^[A-Z][^.]{10,180}\.$/;

describe('the variants that are checked', () => {
  const configs = Object.values(VARIANTS).map((variant) =>
    readConfig((name) => Object.entries(variant).find(([key]) => key === name)?.[1]),
  );
  const { properties = {} } = z.toJSONSchema(configSchema);
  const valuesOf = (name: string) => configs.map((config) => config[name as keyof DarkroomConfig]);

  it.each(Object.entries(properties))('have each choice that %s offers', (name, field) => {
    const { enum: choices = [], default: common } = field as { enum?: unknown[]; default?: unknown };
    const words = choices.filter((choice) => typeof choice === 'string');
    expect(valuesOf(name)).toEqual(expect.arrayContaining(words));
    // A setting without a default: once on, once off.
    if (common === undefined && name !== 'stage') {
      expect(valuesOf(name)).toContain(undefined);
      expect(valuesOf(name).some((value) => value !== undefined)).toBe(true);
    }
  });
});

describe("cdk-nag's rules", () => {
  it.each([...APPS.keys()])('hold in %s', (name) => {
    expect(checked.get(name)?.complaint).toBe('');
  });

  it.each([...APPS.keys()])('find everything that is accepted in %s', (name) => {
    const { findings = [], ofNag = [] } = checked.get(name) ?? {};
    expect(ofNag.length).toBeGreaterThan(20);
    const stale = ofNag.filter(
      ({ ruleId, path }) =>
        !findings.some((found) => found.ruleId === ruleId && `${found.path}/`.startsWith(`${path}/`)),
    );
    expect(stale).toEqual([]);
  });

  it('end the synthesis with the rule, the resource and the reason if one is broken', () => {
    const broken = () =>
      withApp({}, (app, stack) => {
        new Bucket(stack, 'Careless');
        checkAtSynthesis(app);
        app.synth();
      });
    expect(broken).toThrow(/Darkroom-dev\/Careless\/Resource/);
    expect(broken).toThrow(/AwsSolutions-S10/);
  });
});

describe('an accepted finding', () => {
  it('is explained in one sentence', () => {
    const accepted = [...checked.values()].flatMap(({ ofNag, ofCheckov }) => [...ofNag, ...ofCheckov]);
    for (const { reason } of accepted) expect(reason).toMatch(ONE_SENTENCE);
  });

  it('is listed in a snapshot, to be looked at before it is accepted', async () => {
    const accepted = [...checked.values()].flatMap(({ ofNag, ofCheckov }) => [...ofNag, ...ofCheckov]);
    await expect(pageOf(accepted)).toMatchFileSnapshot('./__snapshots__/accepted-findings.md');
  });
});

describe('the app of a deployment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is checked at synthesis', async () => {
    vi.stubEnv('CDK_CONTEXT_JSON', JSON.stringify({ 'aws:cdk:bundling-stacks': [] }));
    const added = vi.spyOn(Validations.prototype, 'addPlugins');
    await import('../../bin/app.ts');
    const names = added.mock.calls.flat().map(({ name }) => name);
    added.mockRestore();
    expect(names).toEqual(expect.arrayContaining(['darkroom-loop-guard', 'AwsSolutions', 'Serverless']));
  });
});
