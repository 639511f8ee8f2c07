import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/** The layers of docs/architecture.md: data and knowledge flow one way. test/unit/layers.test.ts holds them. */
export const forbidden: IForbiddenRuleType[] = [
  layer(
    'core',
    ['bin', 'lib', 'lambdas', 'local', 'cli', 'client', 'web', 'scripts', 'heic', 'labels'],
    'core knows nothing of who runs it',
  ),
  layer(
    'heic',
    ['bin', 'lib', 'lambdas', 'local', 'cli', 'client', 'scripts'],
    'the decoder of HEIC is a tool, which the functions and the laptop hand to core',
  ),
  layer(
    'labels',
    ['bin', 'lib', 'lambdas', 'local', 'cli', 'client', 'scripts', 'heic'],
    'the classifier is a tool, which the functions and the laptop hand to core',
  ),
  layer(
    'lambdas',
    ['bin', 'lib', 'local', 'cli', 'client'],
    'the functions stand beside the laptop edition, not on it',
  ),
  layer(
    'local',
    ['bin', 'lib', 'lambdas', 'cli', 'client'],
    'the laptop edition stands beside the functions, not on them',
  ),
  layer(
    'lib',
    ['lambdas', 'local', 'cli', 'bin', 'client'],
    'infrastructure takes names and handler paths, never code that runs',
  ),
  layer(
    'client',
    ['bin', 'lib', 'lambdas', 'local', 'cli', 'scripts'],
    'the client knows the server by its HTTP API',
  ),
  {
    name: 'client-stands-alone',
    comment: 'the client takes types of core, and at run time nothing but itself: a browser loads it',
    severity: 'error',
    from: { path: '^client/' },
    to: { pathNot: '^client/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'web-knows-the-client',
    comment:
      'the app takes types of core and the first bytes of the formats, and everything else from the client',
    severity: 'error',
    from: { path: '^web/', pathNot: '^web/build/' },
    to: {
      path: '^(bin|lib|lambdas|local|cli|scripts|heic|core|web/build)/',
      pathNot: '^core/image/source/(sniff|source-format)\\.ts$',
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'nobody-loads-the-app',
    comment: 'programs find and build its files; only a browser loads them',
    severity: 'error',
    from: { path: '^(bin|lib|lambdas|local|cli|client|core|scripts|heic)/' },
    to: { path: '^web/', pathNot: '^web/build/' },
  },
  {
    name: 'lib-takes-only-names',
    comment: 'of core, the infrastructure takes names, recipes, errors and what the app is told',
    severity: 'error',
    from: { path: '^lib/' },
    to: {
      path: '^core/',
      pathNot:
        '^core/(names|recipe|errors|validation|metrics|catalog-layout|live-layout|settings|api-settings|labels/models|http/content-policy|http/app-config)\\.ts$',
    },
  },
  {
    name: 'image-knows-no-pipeline',
    comment: 'the work on pixels is bytes in, bytes out',
    severity: 'error',
    from: { path: '^core/image/' },
    to: { path: '^core/(pipeline/|ports)' },
  },
  {
    name: 'core-touches-nothing-outside',
    comment: 'no AWS and no file system in core: that is what the ports are for',
    severity: 'error',
    from: { path: '^core/' },
    to: {
      path: '@aws-sdk|@aws-lambda-powertools|aws-cdk-lib|^(node:)?(fs|child_process|net|http|https)(/|$)',
    },
  },
  {
    name: 'suites-stand-alone',
    comment: 'what two test suites share lives in test/support',
    severity: 'error',
    from: { path: '^test/(unit|contract|simulation|e2e|infra|heavy/[^/]+)/' },
    to: { path: '^test/', pathNot: '^test/(support|$1)/' },
  },
  {
    name: 'support-knows-no-suite',
    comment: 'a suite may use what is shared, never the other way round',
    severity: 'error',
    from: { path: '^test/support/' },
    to: { path: '^test/', pathNot: '^test/support/' },
  },
  {
    name: 'no-circles',
    severity: 'error',
    from: { pathNot: 'node_modules' },
    to: { circular: true },
  },
];

function layer(from: string, to: string[], comment: string): IForbiddenRuleType {
  return {
    name: `${from}-stays-in-its-layer`,
    comment,
    severity: 'error',
    from: { path: `^${from}/` },
    to: { path: `^(${to.join('|')})/` },
  };
}

export const options: ICruiseOptions = {
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '^web/dist/' },
  enhancedResolveOptions: { extensions: ['.ts', '.js'] },
};
