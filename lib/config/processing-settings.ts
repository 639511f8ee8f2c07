import * as z from 'zod';

/** Time that a worker keeps for itself, to write down and announce that the work on an image took too long. */
export const WIND_UP_S = 10;

/** What is done to an image, by which functions, and how work reaches them. */
export const processingSettings = {
  recipes: z
    .record(z.string(), z.unknown(), 'expected an object of recipes by name, in JSON')
    .default({})
    .describe(
      'Your own recipes by name; one named like a built-in recipe replaces it. There is room for about 2,000 bytes of JSON',
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
  baseImage: z
    .string()
    .regex(/^[\w.:/@-]+$/, 'expected the name of an image')
    .optional()
    .describe(
      "The container image's base, pinned by its digest (public.ecr.aws/lambda/nodejs@sha256:…) or from a registry of your own; public.ecr.aws/lambda/nodejs:24 unless set",
    ),
  processorMemoryMb: z
    .int()
    .min(512)
    .max(10_240)
    .default(2048)
    .describe('Memory of the processor; 1,769 MB come with one whole CPU'),
  partsMemoryMb: z.int().min(512).max(10_240).default(1769).describe('Memory of the rotation worker'),
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
  partsBatchSize: z
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
  maxRepairs: z.int().min(1).max(20).default(3).describe('Repairs by the sweeper before a run is FAILED'),
};
