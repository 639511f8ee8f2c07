import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect } from 'vitest';
import { DEPLOYMENT_STAGES } from '../../lib/config/config.ts';
import { readDelivered, readDelivery } from '../../lib/delivery/delivery-config.ts';
import { DeliveryStack } from '../../lib/delivery/delivery-stack.ts';
import { checkAtSynthesis } from '../../lib/guard/check-at-synthesis.ts';
import { all, type Template } from '../support/synthesise.ts';

/** The context that `cdk synth` has of cdk.json. */
const { context: ofCdkJson } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'),
) as { context: Record<string, unknown> };

export const ACCOUNT = '111122223333';
export const [STAGING_ACCOUNT, PROD_ACCOUNT] = ['444455556666', '777788889999'];
export const CONNECTION = `arn:aws:codeconnections:eu-central-1:${ACCOUNT}:connection/01234567-89ab-cdef-0123-456789abcdef`;
export const DELIVERY = {
  repository: 'example/darkroom',
  connectionArn: CONNECTION,
  account: ACCOUNT,
  region: 'eu-central-1',
};

/** A context of cdk.json with stages in other accounts and regions, and two architectures. */
export const SPREAD = {
  maxPages: 7,
  delivery: { ...DELIVERY, branch: 'release' },
  stages: {
    staging: { account: STAGING_ACCOUNT, architecture: 'x86_64', maxPages: 8 },
    prod: { account: PROD_ACCOUNT, region: 'eu-west-1', alarmEmail: 'ops@example.com' },
  },
};

/** The templates of the pipeline's app. */
export interface Delivery {
  pipeline: Template;
  /** What the stages deploy. */
  deployed: ReadonlyMap<string, Template>;
  /** The stacks that CDK adds to the pipeline's for other regions. */
  support: Template[];
}

/**
 * The app as bin/pipeline.ts makes it, after every check at synthesis; nothing is bundled.
 *
 * @param darkroom the value of `darkroom` in cdk.json
 */
export function synthesiseDelivery(darkroom: Record<string, unknown>): Delivery {
  return withPipeline(darkroom, (app) => {
    checkAtSynthesis(app);
    const assembly = app.synth();
    const { template: pipeline } = assembly.getStackByName('Darkroom-delivery');
    const deployed = DEPLOYMENT_STAGES.flatMap(
      (stage) => assembly.getNestedAssembly(`assembly-Darkroom-delivery-${stage}`).stacks,
    );
    return {
      pipeline,
      deployed: new Map(deployed.map(({ stackName, template }) => [stackName, template])),
      support: assembly.stacks
        .filter(({ stackName }) => stackName !== 'Darkroom-delivery')
        .map(({ template }) => template),
    };
  });
}

/** Uses an app with a pipeline as bin/pipeline.ts makes it, without its checks. */
export function withPipeline<T>(darkroom: Record<string, unknown>, use: (app: App) => T): T {
  const context: Record<string, unknown> = { ...ofCdkJson, darkroom, 'aws:cdk:bundling-stacks': [] };
  const contextOf = (name: string): unknown => context[name];
  const outdir = mkdtempSync(join(tmpdir(), 'darkroom-delivery-'));
  try {
    const app = new App({ context, outdir });
    const delivery = readDelivery(contextOf);
    const stages = DEPLOYMENT_STAGES.map((stage) => readDelivered(stage, delivery, contextOf));
    new DeliveryStack(app, 'Darkroom-delivery', { delivery, stages });
    return use(app);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export interface Action {
  Name: string;
  RunOrder: number;
  ActionTypeId: { Provider: string };
  Configuration?: Record<string, unknown>;
  RoleArn?: unknown;
  Region?: string;
}

export function pipelineOf({ pipeline }: Delivery): { Name: string; Actions: Action[] }[] {
  const [found] = all(pipeline, 'AWS::CodePipeline::Pipeline');
  return found?.[1].Properties.Stages as { Name: string; Actions: Action[] }[];
}

/** The actions of a stage in the order in which they run. */
export function actionsOf(delivery: Delivery, stage: string): Action[] {
  const { Actions = [] } = pipelineOf(delivery).find(({ Name }) => Name === stage) ?? {};
  return Actions.toSorted((a, b) => a.RunOrder - b.RunOrder);
}

export interface Project {
  id: string;
  image: string;
  isPrivileged: boolean;
  type: string;
  commands: string[];
}

export function projectsOf({ pipeline }: Delivery): Project[] {
  return all(pipeline, 'AWS::CodeBuild::Project').map(([id, { Properties }]) => {
    const { Image, PrivilegedMode, Type } = Properties.Environment as Record<string, unknown>;
    const { BuildSpec } = Properties.Source as { BuildSpec: string };
    const { install, build } = JSON.parse(BuildSpec).phases;
    expect(install['runtime-versions']).toEqual({ nodejs: 24 });
    const commands = [...(install.commands ?? []), ...build.commands];
    return { id, image: `${Image}`, isPrivileged: PrivilegedMode === true, type: `${Type}`, commands };
  });
}

export function projectOf(delivery: Delivery, id: string): Project {
  const [project, ...others] = projectsOf(delivery).filter((each) => each.id === id);
  if (!project || others.length > 0) throw new Error(`expected one project ${id}`);
  return project;
}
