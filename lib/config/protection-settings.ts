import * as z from 'zod';
import { INDEXES } from '../../core/catalog-layout.ts';
import { awsRegion } from './operation-settings.ts';

/** The days that CloudWatch Logs can keep. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

/** What is kept, for how long, where else, and under which keys. */
export const protectionSettings = {
  sourceNoncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('How long an overwritten or deleted upload is kept, in days'),
  processedNoncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('How long an overwritten or deleted output is kept, in days'),
  trashDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe(
      'How long a deleted image can be restored, in days. After that, its upload and its outputs are deleted',
    ),
  sourceExpiryDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How long an upload is kept, in days. After that it counts as deleted'),
  processedExpiryDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How long an output is kept, in days. After that it counts as deleted'),
  intermediateExpiryDays: z
    .int()
    .min(2)
    .max(365)
    .default(15)
    .describe(
      'How long intermediates are kept, in days. More than retentionDays, so that a waiting task finds its intermediate',
    ),
  logRetentionDays: z.literal(LOG_DAYS).default(14).describe('How long logs are kept, in days'),
  removal: z
    .enum(['retain', 'destroy'])
    .default('destroy')
    .describe(
      'What happens to the buckets and the catalog when the stack is deleted. retain also protects the stack and the catalog from deletion',
    ),
  catalogIndexes: z
    .array(z.enum(Object.keys(INDEXES) as (keyof typeof INDEXES)[]))
    .min(1)
    .optional()
    .describe(
      'The indexes of the catalog, for the steps of an upgrade alone (docs/releasing.md). Default: all. Listings fail without theirs',
    ),

  encryption: z
    .enum(['managed', 'customer-key'])
    .default('managed')
    .describe(
      'Keys that encrypt all stored data: those of AWS, or your own key in KMS. With your own key, uploaders need the permission to use it; see below',
    ),
  accessLogDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How long a record of every request to the buckets is kept, in days, in a separate bucket'),
  replicaRegion: awsRegion
    .optional()
    .describe(
      'A second region, to which S3 copies uploads and results; see below. The copies are in a separate stack. Needs region',
    ),
  replicated: z
    .enum(['both', 'source', 'processed'])
    .default('both')
    .describe('The buckets that are copied if there is a replicaRegion. Intermediates are never copied'),
};
