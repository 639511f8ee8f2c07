import * as z from 'zod';
import { LABEL_SETTINGS } from '../../core/labels/models.ts';

/** Time that a worker needs to record and publish that the work on an image took too long. */
export const WIND_UP_S = 10;

/** What is done to an image, by which functions, and how tasks reach them. */
export const processingSettings = {
  recipes: z
    .record(z.string(), z.unknown(), 'expected an object of recipes by name, in JSON')
    .default({})
    .describe(
      'Your own recipes by name. A recipe with the name of a built-in one replaces it. There is room for about 1,100 bytes of JSON',
    ),
  maxBytes: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(52_428_800)
    .describe('Size of a file in bytes. Larger files are rejected before they are read'),
  maxPixels: z
    .int()
    .min(1)
    .max(500_000_000)
    .default(100_000_000)
    .describe('Width × height × pages. Larger images are rejected from their header, before decoding'),
  maxPages: z.int().min(1).max(10_000).default(100).describe('Pages of a TIFF, frames of an animation'),
  urlTtlS: z
    .int()
    .min(60)
    .max(3600)
    .default(3600)
    .describe(
      'How long the links of a completion message work, in seconds. They expire after an hour at the latest, with the credentials that sign them',
    ),

  architecture: z
    .enum(['arm64', 'x86_64'])
    .default('arm64')
    .describe('Processor architecture of the functions. arm64 costs 20 % less'),
  packaging: z
    .enum(['image', 'zip'])
    .default('image')
    .describe(
      'How the functions that handle pixels are deployed: as container images, or as zip files, which need no Docker',
    ),
  baseImage: z
    .string()
    .regex(/^[\w.:/@-]+$/, 'expected the name of an image')
    .optional()
    .describe(
      'Base of the container image, for example pinned by its digest (public.ecr.aws/lambda/nodejs@sha256:…) or from your own registry. Default: public.ecr.aws/lambda/nodejs:24',
    ),
  heic: z
    .boolean()
    .default(false)
    .describe(
      'Whether HEIC photos are read: the package libheif-js (LGPL-3.0) is added to the functions that handle pixels. HEVC, their codec, has patents. See docs/formats.md',
    ),
  labels: z
    .enum(LABEL_SETTINGS)
    .default('off')
    .describe(
      'Whether recipes and the API can ask what an image shows, and with which model by default; `fast` is there as well. Two functions and a queue are added. See docs/labels.md',
    ),
  labelsMemoryMb: z
    .int()
    .min(512)
    .max(10_240)
    .default(1769)
    .describe('Memory of the functions that classify, in MB. They use one CPU, which 1,769 MB include'),
  processorMemoryMb: z
    .int()
    .min(512)
    .max(10_240)
    .default(2048)
    .describe('Memory of the processor in MB. 1,769 MB include one whole CPU'),
  partsMemoryMb: z.int().min(512).max(10_240).default(1769).describe('Memory of the parts worker in MB'),
  functionTimeoutS: z
    .int()
    .min(20)
    .max(900)
    .default(60)
    .describe('Time limit of one invocation of the processor or the parts worker, in seconds'),
  workTimeoutS: z
    .int()
    .min(5)
    .max(890)
    .default(45)
    .describe(
      `Time limit of the work on one image, in seconds. At least ${WIND_UP_S} s less than functionTimeoutS`,
    ),

  visibilityTimeoutS: z
    .int()
    .min(180)
    .max(43_200)
    .default(360)
    .describe(
      'How long a received message is hidden from other workers, in seconds. At least 6 × functionTimeoutS',
    ),
  retentionDays: z
    .int()
    .min(1)
    .max(14)
    .default(14)
    .describe('How long a message may wait in a queue, in days'),
  maxReceives: z
    .int()
    .min(2)
    .max(100)
    .default(5)
    .describe(
      'How often a message is received before it goes to the dead-letter queue. A throttled invocation counts as well',
    ),
  maxConcurrency: z
    .int()
    .min(2)
    .max(1000)
    .default(10)
    .describe(
      'Concurrent invocations for each of the two queues of images. The rest of a burst waits in the queue',
    ),
  reservedConcurrency: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe(
      "Part of the account's concurrency that is reserved for each function that handles pixels. At least maxConcurrency. Off by default: a new account has a quota of 10, and the deployment would fail",
    ),
  partsBatchSize: z
    .int()
    .min(1)
    .max(10)
    .default(5)
    .describe(
      'Parts that one invocation makes. The processor always takes one image, so that a bad image affects no other',
    ),

  maxStarts: z
    .int()
    .min(1)
    .max(99)
    .default(3)
    .describe(
      'Starts without an outcome before an image is rejected as PROCESSING_LIMIT. Less than maxReceives',
    ),
  maxRepairs: z.int().min(1).max(20).default(3).describe('Repairs by the sweeper before a run is FAILED'),
};
