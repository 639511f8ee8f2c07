import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { configSchema, type DarkroomConfig } from '../../lib/config.ts';
import { checkAtSynthesis, rulePacks } from '../../lib/guard/check-at-synthesis.ts';
import { readConfig } from '../../lib/read-config.ts';
import { VARIANTS, type Variant } from '../security/variants.ts';
import { withApp } from './synthesise.ts';

/** A rule, and the path of the construct where it finds something or is accepted. */
interface Place {
  ruleId: string;
  path: string;
}

const ONE_SENTENCE = /^[A-Z][^.]{10,180}\.$/;

/** What cdk-nag finds in an app where nothing is accepted. */
function findingsIn(variant: Variant): Place[] {
  const silenced = vi.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
  try {
    return withApp(variant, (app) => {
      const violations = rulePacks(app).flatMap((pack) => pack.validateScope(app).violations);
      return violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath = '' }) => ({ ruleId: ruleName, path: constructPath })),
      );
    });
  } finally {
    silenced.mockRestore();
  }
}

/** What an app accepts, and where. */
function acceptedIn(app: App): (Place & { reason: string })[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ ruleId: id.replace(/^annotation::/i, ''), path: node.path, reason })),
  );
}

/** What is left to checkov, which looks at the templates alone (`npm run test:security`). */
function acceptedOfCheckov(app: App): { reason: string }[] {
  return app.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .flatMap((resource) => (resource.getMetadata('checkov') ?? { skip: [] }).skip)
    .map(({ comment }: { comment: string }) => ({ reason: comment }));
}

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
    // What is off unless it is set: once on, once off.
    if (common === undefined && name !== 'stage') {
      expect(valuesOf(name)).toContain(undefined);
      expect(valuesOf(name).some((value) => value !== undefined)).toBe(true);
    }
  });
});

describe("cdk-nag's rules", () => {
  it.each(Object.entries(VARIANTS))('hold in %s; what is accepted is explained, and found', (_, variant) => {
    const findings = findingsIn(variant);
    expect(findings.length).toBeGreaterThan(20);
    withApp(variant, (app) => {
      checkAtSynthesis(app);
      expect(() => app.synth()).not.toThrow();
      const accepted = acceptedIn(app);
      for (const { reason } of [...accepted, ...acceptedOfCheckov(app)]) expect(reason).toMatch(ONE_SENTENCE);
      const stale = accepted.filter(
        ({ ruleId, path }) =>
          !findings.some((found) => found.ruleId === ruleId && `${found.path}/`.startsWith(`${path}/`)),
      );
      expect(stale).toEqual([]);
    });
  });

  it('end the synthesis with the rule, the resource and the reason where one is broken', () => {
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

describe('the app', () => {
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
