import * as z from 'zod';
import { apiSettings } from './api-settings.ts';
import { domainSettings } from './domain-settings.ts';
import { operationSettings } from './operation-settings.ts';
import { processingSettings, WIND_UP_S } from './processing-settings.ts';
import { protectionSettings } from './protection-settings.ts';

/** The deployments, in one account or several. Each has its own stack and its own defaults. */
export const DEPLOYMENT_STAGES = ['dev', 'staging', 'prod'] as const;

/** Every setting of a deployment. Each field is a row of the table in docs/configuration.md, in this order. */
const settings = z.strictObject({
  stage: z.enum(DEPLOYMENT_STAGES).describe('The deployment. It names the stack, as in Darkroom-dev'),

  ...processingSettings,
  ...protectionSettings,
  ...operationSettings,
  ...apiSettings,
  ...domainSettings,
});

export type DarkroomConfig = z.infer<typeof settings>;
export type DeploymentStage = DarkroomConfig['stage'];

/** What differs from the defaults above, by stage. */
export const STAGE_DEFAULTS: Readonly<Record<DeploymentStage, Partial<DarkroomConfig>>> = {
  dev: { sourceNoncurrentDays: 7, processedNoncurrentDays: 7 },
  staging: {},
  prod: { removal: 'retain', accessLogDays: 90 },
};

/** Rules between settings: the field that is wrong if a rule does not hold, and what was expected of it. */
const RELATIONS: readonly {
  field: keyof DarkroomConfig;
  expected: string;
  holds: (config: DarkroomConfig) => boolean;
}[] = [
  {
    field: 'visibilityTimeoutS',
    expected: 'at least 6 × functionTimeoutS',
    holds: (config) => config.visibilityTimeoutS >= 6 * config.functionTimeoutS,
  },
  {
    field: 'workTimeoutS',
    expected: `at least ${WIND_UP_S} s less than functionTimeoutS`,
    holds: (config) => config.workTimeoutS <= config.functionTimeoutS - WIND_UP_S,
  },
  {
    field: 'reservedConcurrency',
    expected: 'at least maxConcurrency',
    holds: ({ reservedConcurrency = Number.POSITIVE_INFINITY, maxConcurrency }) =>
      reservedConcurrency >= maxConcurrency,
  },
  {
    field: 'maxStarts',
    expected: 'less than maxReceives',
    holds: (config) => config.maxStarts < config.maxReceives,
  },
  {
    field: 'intermediateExpiryDays',
    expected: 'more than retentionDays',
    holds: (config) => config.intermediateExpiryDays > config.retentionDays,
  },
  {
    field: 'replicaRegion',
    expected: 'region to be set as well',
    holds: ({ region, replicaRegion }) => replicaRegion === undefined || region !== undefined,
  },
  {
    field: 'replicaRegion',
    expected: 'a region other than that of the deployment',
    holds: ({ region, replicaRegion }) => replicaRegion === undefined || replicaRegion !== region,
  },
  {
    field: 'domainName',
    expected: 'hostedZoneName and hostedZoneId to be set as well',
    holds: ({ domainName, hostedZoneName, hostedZoneId }) =>
      domainName === undefined || (hostedZoneName !== undefined && hostedZoneId !== undefined),
  },
  {
    field: 'domainName',
    expected: 'the name of the hosted zone, or one below it',
    holds: ({ domainName, hostedZoneName }) =>
      domainName === undefined ||
      hostedZoneName === undefined ||
      `.${domainName}`.endsWith(`.${hostedZoneName}`),
  },
  {
    field: 'domainName',
    expected: 'region or certificateArn to be set as well: CloudFront takes certificates of us-east-1 alone',
    holds: ({ domainName, region, certificateArn }) =>
      domainName === undefined || region !== undefined || certificateArn !== undefined,
  },
  {
    field: 'certificateArn',
    expected: 'domainName to be set as well',
    holds: ({ domainName, certificateArn }) => certificateArn === undefined || domainName !== undefined,
  },
  {
    field: 'hostedZoneName',
    expected: 'domainName to be set as well',
    holds: ({ domainName, hostedZoneName }) => hostedZoneName === undefined || domainName !== undefined,
  },
  {
    field: 'hostedZoneId',
    expected: 'domainName to be set as well',
    holds: ({ domainName, hostedZoneId }) => hostedZoneId === undefined || domainName !== undefined,
  },
  {
    field: 'administratorEmail',
    expected: 'no auth, which has users of its own',
    holds: ({ administratorEmail, auth }) => administratorEmail === undefined || auth === undefined,
  },
  {
    field: 'signUp',
    expected: 'no auth, which has users of its own',
    holds: ({ signUp, auth }) => !signUp || auth === undefined,
  },
  {
    field: 'machineClients',
    expected: 'no auth, which has clients of its own',
    holds: ({ machineClients, auth }) => machineClients.length === 0 || auth === undefined,
  },
  {
    field: 'machineClients',
    expected: 'names that differ',
    holds: ({ machineClients }) => new Set(machineClients).size === machineClients.length,
  },
  {
    field: 'replicated',
    expected: 'both, as there is no replicaRegion',
    holds: ({ replicated, replicaRegion }) => replicated === 'both' || replicaRegion !== undefined,
  },
  {
    field: 'budgetCovers',
    expected: 'account, as there is no monthlyBudgetUsd',
    holds: ({ budgetCovers, monthlyBudgetUsd }) =>
      budgetCovers === 'account' || monthlyBudgetUsd !== undefined,
  },
];

/** The settings, each in its range and consistent with the others. */
export const configSchema = settings.superRefine((config, context) => {
  for (const { field, expected, holds } of RELATIONS) {
    if (holds(config)) continue;
    context.addIssue({
      code: 'custom',
      path: [field],
      message: `expected ${expected}`,
      input: config[field],
    });
  }
});
