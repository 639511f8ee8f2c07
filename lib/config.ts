import * as z from 'zod';

/** The deployments of one account or of several; each has its own stack and its own defaults. */
export const DEPLOYMENT_STAGES = ['dev', 'staging', 'prod'] as const;

/** The days that CloudWatch Logs can keep. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

/** Time that a worker keeps for itself, to write down and announce that the work on an image took too long. */
const WIND_UP_S = 10;

/** Lambda takes 4 KB of environment variables in all; the processor's others need under 1 KB. */
const MAX_RECIPES_BYTES = 3_000;

/** Every choice of a deployment. One field a line of docs/configuration.md, in this order. */
const settings = z.strictObject({
  stage: z
    .enum(DEPLOYMENT_STAGES)
    .describe('Which deployment this is; it names the stack, as in Darkroom-dev'),

  recipes: z
    .record(z.string(), z.unknown())
    .default({})
    .describe(
      'Your own recipes by name; one named like a built-in recipe replaces it. At most 3,000 bytes of JSON',
    ),
  maxBytes: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(52_428_800)
    .describe('Larger files are rejected, before they are read'),
  maxPixels: z
    .int()
    .min(1)
    .max(500_000_000)
    .default(100_000_000)
    .describe('Width × height × pages; more are rejected from the header, before decoding'),
  maxPages: z.int().min(1).max(10_000).default(100).describe('Pages of a TIFF, frames of an animation'),
  urlTtlS: z
    .int()
    .min(60)
    .max(3600)
    .default(3600)
    .describe(
      'Seconds that the links of a completion message work. The credentials that sign them end after an hour, and so do the links',
    ),

  architecture: z
    .enum(['arm64', 'x86_64'])
    .default('arm64')
    .describe('Processor of the functions; arm64 costs a fifth less'),
  packaging: z
    .enum(['image', 'zip'])
    .default('image')
    .describe(
      'How the functions that handle pixels are delivered: container images, or zip files, made without Docker',
    ),
  processorMemoryMb: z
    .int()
    .min(512)
    .max(10_240)
    .default(2048)
    .describe('Memory of the processor; 1,769 MB come with one whole CPU'),
  rotationMemoryMb: z.int().min(512).max(10_240).default(1769).describe('Memory of the rotation worker'),
  functionTimeoutS: z
    .int()
    .min(20)
    .max(900)
    .default(60)
    .describe('Time limit of one invocation of the processor and of the rotation worker'),
  workTimeoutS: z
    .int()
    .min(5)
    .max(890)
    .default(45)
    .describe(`Time limit of the work on one image; at least ${WIND_UP_S} s less than functionTimeoutS`),

  visibilityTimeoutS: z
    .int()
    .min(180)
    .max(43_200)
    .default(360)
    .describe('How long a received message is hidden from other workers; at least 6 × functionTimeoutS'),
  retentionDays: z.int().min(1).max(14).default(14).describe('How long a message may wait in a queue'),
  maxReceives: z
    .int()
    .min(2)
    .max(100)
    .default(5)
    .describe('Tries of a message before it goes to the dead letters; throttling eats tries'),
  maxConcurrency: z
    .int()
    .min(2)
    .max(1000)
    .default(10)
    .describe(
      'Invocations at the same time, for each of the two queues; the rest of a burst waits in the queue',
    ),
  reservedConcurrency: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe(
      "Share of the account's concurrency kept for each function that handles pixels; at least maxConcurrency. Off unless set: a new account has 10 in all, and then the deployment fails",
    ),
  rotationBatchSize: z
    .int()
    .min(1)
    .max(10)
    .default(5)
    .describe(
      'Rotations handed to one invocation. The processor always takes one image, so that a bad one hurts no other',
    ),

  maxStarts: z
    .int()
    .min(1)
    .max(99)
    .default(3)
    .describe(
      'Starts without an outcome before an image is rejected as PROCESSING_LIMIT; less than maxReceives',
    ),
  maxResends: z.int().min(1).max(20).default(3).describe('Repairs by the sweeper before a run is FAILED'),

  sourceNoncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('How long an overwritten or deleted upload is kept'),
  processedNoncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('How long an overwritten or deleted output is kept'),
  workExpiryDays: z
    .int()
    .min(2)
    .max(365)
    .default(15)
    .describe(
      'How long intermediates are kept; longer than retentionDays, so that a waiting task finds its own',
    ),
  logRetentionDays: z.literal(LOG_DAYS).default(14).describe('How long logs are kept'),
  removal: z
    .enum(['retain', 'destroy'])
    .default('destroy')
    .describe(
      'What happens to buckets and catalog when the stack goes. retain also protects the stack and the catalog from deletion',
    ),
});

export type DarkroomConfig = z.infer<typeof settings>;
export type DeploymentStage = DarkroomConfig['stage'];

/** Where a stage differs from the defaults above. */
export const STAGE_DEFAULTS: Readonly<Record<DeploymentStage, Partial<DarkroomConfig>>> = {
  dev: { sourceNoncurrentDays: 7, processedNoncurrentDays: 7 },
  staging: {},
  prod: { removal: 'retain' },
};

/** What must hold between settings: the field that is wrong where it does not, and what was expected of it. */
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
    field: 'workExpiryDays',
    expected: 'more than retentionDays',
    holds: (config) => config.workExpiryDays > config.retentionDays,
  },
  {
    field: 'recipes',
    expected: `at most ${MAX_RECIPES_BYTES} bytes of JSON`,
    holds: (config) => Buffer.byteLength(JSON.stringify(config.recipes)) <= MAX_RECIPES_BYTES,
  },
];

/** The settings, each in its range and in step with the others. */
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
