import { type App, CfnResource, Validations } from 'aws-cdk-lib';

/** A rule of a checker that a construct accepts, and why. */
export interface Accepted {
  ruleId: string;
  path: string;
  reason: string;
}

/** The findings of cdk-nag that an app accepts. */
export function acceptedOfNag(app: App): Accepted[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ ruleId: id.replace(/^annotation::/i, ''), path: node.path, reason })),
  );
}

/** The findings of checkov that an app accepts. checkov reads only the templates (`npm run test:security`). */
export function acceptedOfCheckov(app: App): Accepted[] {
  return app.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .flatMap((resource) => {
      const { skip } = (resource.getMetadata('checkov') ?? { skip: [] }) as {
        skip: { id: string; comment: string }[];
      };
      return skip.map(({ id, comment }) => ({ ruleId: id, path: resource.node.path, reason: comment }));
    });
}

/** The accepted findings as a page of Markdown, with one line for each reason. */
export function pageOf(accepted: readonly Accepted[]): string {
  const byReason = Map.groupBy(accepted, ({ reason }) => reason);
  const rows = [...byReason].map(([reason, places]) => {
    const rules = listed(places.map(({ ruleId }) => ruleId.replace(/\[.*\]$/, '')));
    return `| ${reason} | ${rules} | ${listed(places.map(({ path }) => placeOf(path)))} |`;
  });
  return [
    '# Accepted findings',
    '',
    'What cdk-nag and checkov find in all deployments and pipelines that are checked, and why each finding stays.',
    'A test writes this list from the resources: `npx vitest run test/infra/security.test.ts -u`.',
    '',
    '| Why | Rules | Where |',
    '| --- | --- | --- |',
    ...rows.sort(),
    '',
  ].join('\n');
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].sort().join(', ');
}

/** The path of a construct without the app, the stage and the resource in it. */
function placeOf(path: string): string {
  return path
    .replace(/^(Darkroom-delivery\/(dev|staging|prod)\/)?Darkroom-(dev|staging|prod)[-/]/, '')
    .replace(/(?<=\/)(dev|staging|prod)(?=\/)/, '(stage)')
    .replace(/\/(Resource|Default)$/, '');
}
