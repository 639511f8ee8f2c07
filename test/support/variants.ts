import type { DarkroomConfig } from '../../lib/config/config.ts';

/** Settings of a deployment as a user gives them: `-c name=value`. */
export type Variant = Partial<DarkroomConfig>;

const DOMAIN = {
  domainName: 'photos.example.com',
  hostedZoneName: 'example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
} as const;

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
    catalogIndexes: ['due', 'failed', 'owner'],
    mfa: 'off',
    signUp: true,
    ...DOMAIN,
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef',
  },
  'dev, a key of its own': {
    stage: 'dev',
    encryption: 'customer-key',
    monthlyBudgetUsd: 20,
    appOrigin: 'https://photos.example.com',
    auth: { issuer: 'https://login.example.com', audience: 'darkroom' },
    labels: 'fast',
  },
  'staging, copies of the uploads': {
    stage: 'staging',
    ...REGIONS,
    replicated: 'source',
    labels: 'balanced',
  },
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
    labels: 'accurate',
    mfa: 'required',
    administratorEmail: 'jo@example.com',
    machineClients: ['ci'],
    uploadQuota: { images: 500, bytes: 5_000_000_000 },
    exportQuota: { files: 2_000, bytes: 20_000_000_000 },
    ...DOMAIN,
  },
};

/** What cdk.json says to a pipeline, under `darkroom`. */
export type Pipeline = Record<string, unknown>;

const DELIVERY = {
  repository: 'example/darkroom',
  connectionArn:
    'arn:aws:codeconnections:eu-central-1:111122223333:connection/01234567-89ab-cdef-0123-456789abcdef',
  account: '111122223333',
  region: 'eu-central-1',
};

/** The pipelines that are checked, each with the deployments that it makes. */
export const PIPELINES: Readonly<Record<string, Pipeline>> = {
  'pipeline, one account': { delivery: DELIVERY },
  'pipeline, accounts and regions of their own': {
    delivery: DELIVERY,
    stages: {
      staging: { account: '444455556666', architecture: 'x86_64' },
      prod: { account: '777788889999', region: 'eu-west-1' },
    },
  },
};
