import * as z from 'zod';
import { awsRegion } from './operation-settings.ts';

/** The days that CloudWatch Logs can keep. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

/** What is kept, for how long, where else, and who can read it. */
export const safekeepingSettings = {
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
  sourceExpiryDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How long an upload is kept; after that it counts as deleted'),
  processedExpiryDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How long an output is kept; after that it counts as deleted'),
  intermediateExpiryDays: z
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

  encryption: z
    .enum(['managed', 'customer-key'])
    .default('managed')
    .describe(
      'Keys of all that is stored: those of AWS, or one of your own in KMS, which whoever uploads then has to be allowed to use; see below',
    ),
  accessLogDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('Keeps a record of every request to the buckets for so long, in a bucket of its own'),
  replicaRegion: awsRegion
    .optional()
    .describe(
      'A second region, to whose buckets, in a stack of their own, S3 copies uploads and results; needs region; see below',
    ),
  replicated: z
    .enum(['both', 'source', 'processed'])
    .default('both')
    .describe('The buckets that are copied where there is a replicaRegion; intermediates never are'),
};
