/** A figure that grows with the picture: `fixed + perMegapixel × megapixels`. */
export interface Growth {
  fixed: number;
  perMegapixel: number;
}

/** The time that a recipe needs for one photo, and the size of its results. */
export interface RecipeMeasures {
  /** Milliseconds of the processor's work on pixels: from decoding to the comparisons. */
  processMs: Growth;
  /** Milliseconds of one heavy part. */
  partMs: Growth;
  /** One output. */
  outputBytes: Growth;
  /** The intermediate that the heavy parts start from. */
  intermediateBytes: Growth;
}

export const MEASURED_ON = '2026-11-21';
export const MEASURED_AT = 'one core of an AMD EPYC (Zen 4, 2.6 GHz)';

/** Median of the 20 JPEG photos that docs/cost.md names; they lie between 0.04 and 1.02. */
export const MB_PER_MEGAPIXEL = 0.23;

const BOX_OF_256_PX: RecipeMeasures = {
  processMs: { fixed: 10, perMegapixel: 10 },
  partMs: { fixed: 2.5, perMegapixel: 0 },
  outputBytes: { fixed: 14_000, perMegapixel: 0 },
  intermediateBytes: { fixed: 75_000, perMegapixel: 0 },
};

/** By the name of a built-in recipe. */
export const MEASURED_RECIPES: ReadonlyMap<string, RecipeMeasures> = new Map([
  ['augment', BOX_OF_256_PX],
  ['plain', BOX_OF_256_PX],
  ['vivid', BOX_OF_256_PX],
  [
    'thumbnail',
    {
      processMs: { fixed: 5, perMegapixel: 17.5 },
      partMs: { fixed: 0, perMegapixel: 0 },
      outputBytes: { fixed: 0, perMegapixel: 70_000 },
      intermediateBytes: { fixed: 0, perMegapixel: 0 },
    },
  ],
  [
    'original-size',
    {
      processMs: { fixed: 10, perMegapixel: 87 },
      partMs: { fixed: 0, perMegapixel: 33 },
      outputBytes: { fixed: 0, perMegapixel: 230_000 },
      intermediateBytes: { fixed: 0, perMegapixel: 1_200_000 },
    },
  ],
]);

/**
 * Milliseconds of an invocation that are neither work on pixels nor waiting for AWS: the runtime, signing, JSON.
 * Measured on the smallest photos of the container check (docs/testing.md).
 */
export const HANDLER_MS = { processor: 60, part: 30 };

/**
 * How much longer the work takes in Lambda than on the machine of the measurements. This is an assumption: a function of
 * 2,048 MB has 1.16 CPUs, a function of 1,769 MB has one, and Lambda's arm64 CPUs are slower than that machine's.
 */
export const LAMBDA_FACTOR = 1.5;

/**
 * Milliseconds until AWS answers one call. This is an assumption, too: AWS documents tens of milliseconds for S3, and
 * less than ten for DynamoDB.
 */
export const ANSWER_MS = { s3: 30, dynamoDb: 10, sqs: 20, sns: 20 };

/** Speed of reading a large object by one request, in MB/s: the lower end of what S3's documentation says. */
export const READ_MB_PER_S = 85;

export function grown({ fixed, perMegapixel }: Growth, megapixels: number): number {
  return fixed + perMegapixel * megapixels;
}
