import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readConfig } from '../../lib/config/read-config.ts';
import type { DarkroomStack } from '../../lib/darkroom-stack.ts';
import { addDeployment } from '../../lib/deployment.ts';
import { isObject, listOf, textOf } from '../../lib/guard/template.ts';

/** The context that `cdk synth` has of cdk.json. */
const { context: ofCdkJson } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'),
) as { context: Record<string, unknown> };

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Description: string; Value: unknown }>;
}

/**
 * The finished template of the stack as bin/app.ts makes it, every check at synthesis passed; nothing is bundled.
 *
 * @param change what somebody might do to the stack
 * @throws Error with the report of the checks where one does not pass
 */
export function synthesise(
  settings: Record<string, unknown> = {},
  change: (stack: DarkroomStack) => void = () => {},
): Template {
  const deployment = synthesiseAll(settings, change).get(`Darkroom-${settings.stage ?? 'dev'}`);
  if (!deployment) throw new Error('expected the stack of the deployment');
  return deployment;
}

/** The templates of all stacks of a deployment by the names of the stacks, in the order in which they are deployed. */
export function synthesiseAll(
  settings: Record<string, unknown>,
  change: (stack: DarkroomStack) => void = () => {},
): ReadonlyMap<string, Template> {
  return withApp(settings, (app, stack) => {
    change(stack);
    return new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, template as Template]));
  });
}

/** The functions that run our code, and not that of CDK. */
export function ownFunctions(template: Template): [id: string, resource: Resource][] {
  return all(template, 'AWS::Lambda::Function').filter(([id]) => !id.startsWith('CustomCDK'));
}

/** An app with one deployment as bin/app.ts makes it, its checks aside, for as long as it is used; nothing is bundled. */
export function withApp<T>(settings: Record<string, unknown>, use: (app: App, stack: DarkroomStack) => T): T {
  const context: Record<string, unknown> = { ...ofCdkJson, ...settings, 'aws:cdk:bundling-stacks': [] };
  const outdir = mkdtempSync(join(tmpdir(), 'darkroom-synth-'));
  try {
    const app = new App({ context, outdir });
    return use(
      app,
      addDeployment(
        app,
        readConfig((name) => context[name]),
      ),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The resources of a type, by their ids without the hash at the end. */
export function all(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [withoutHash(id), resource]);
}

/** The properties of the one resource of that type and id. */
export function one(template: Template, type: string, id: string): Record<string, unknown> {
  const found = all(template, type).filter(([name]) => name === id);
  if (found.length !== 1) throw new Error(`expected one ${type} named ${id}, found ${found.length}`);
  return found[0]?.[1].Properties ?? {};
}

/** A value of the template as text, resources as `{Id}`. */
export function readable(value: unknown, template: Template): string {
  return textOf(value, template).replace(/\{\w+\}/g, withoutHash);
}

/** The variables of a function as text, resources as `{Id}`. */
export function variablesOf(template: Template, functionId: string): Record<string, string> {
  const { Environment } = one(template, 'AWS::Lambda::Function', functionId);
  const { Variables } = Environment as { Variables: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [name, readable(value, template)]),
  );
}

/** What a policy document allows, a line each: `action resource`, and the condition where there is one. */
export function allowedBy(document: unknown, template: Template): string[] {
  const { Statement } = document as { Statement: Record<string, unknown>[] };
  return Statement.filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource, Condition }) => {
      const condition = isObject(Condition) ? ` if ${JSON.stringify(Condition)}` : '';
      const resources = listOf(Resource).map((resource) => readable(resource, template) + condition);
      return listOf(Action).flatMap((action) => resources.map((resource) => `${action} ${resource}`));
    })
    .sort();
}

/** The id of a resource as it is written in lib/. */
export function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}(?=\}?$)/, '');
}
