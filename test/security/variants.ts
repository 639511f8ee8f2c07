import type { DarkroomConfig } from '../../lib/config.ts';

/** Settings of a deployment as a user gives them: `-c name=value`. */
export type Variant = Partial<DarkroomConfig>;

const REGIONS = { region: 'eu-central-1', replicaRegion: 'eu-west-1' } as const;

/**
 * The deployments that are checked: every stage as it comes, and between the others every choice that changes what is
 * deployed. A test holds them against the schema of the configuration.
 */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  dev: { stage: 'dev' },
  staging: { stage: 'staging' },
  prod: { stage: 'prod' },
  'dev, zip files': {
    stage: 'dev',
    packaging: 'zip',
    architecture: 'x86_64',
    reservedConcurrency: 20,
    sourceExpiryDays: 30,
    processedExpiryDays: 30,
  },
  'dev, a key of its own': { stage: 'dev', encryption: 'customer-key', monthlyBudgetUsd: 20 },
  'staging, copies of the uploads': { stage: 'staging', ...REGIONS, replicated: 'source' },
  'staging, copies of the results': {
    stage: 'staging',
    ...REGIONS,
    replicated: 'processed',
    accessLogDays: 30,
    baseImage: 'public.ecr.aws/lambda/nodejs:24',
  },
  'prod, everything': {
    stage: 'prod',
    account: '111122223333',
    ...REGIONS,
    encryption: 'customer-key',
    reservedConcurrency: 20,
    alarmEmail: 'operations@example.com',
    monthlyBudgetUsd: 500,
    budgetCovers: 'deployment',
    checkerAccount: '444455556666',
  },
};
