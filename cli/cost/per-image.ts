import { isHeavy, partsOf } from '../../core/image/parts.ts';
import type { Recipe } from '../../core/recipe.ts';

/** The requests of one image if nothing is done twice. Tests count those of the real functions. */
export interface ImageCounts {
  /** Heavy parts, which the parts worker makes. */
  parts: number;
  /** Outputs that are kept. */
  outputs: number;
  s3: {
    /** PutObject by the functions; the upload is one more. */
    writes: number;
    /** GetObject and HeadObject. */
    reads: number;
  };
  sqs: {
    /** By S3 and by the functions; a batch is one request. */
    sends: number;
    /** Messages, each received and deleted by one request. */
    messages: number;
  };
  snsPublishes: number;
  /** Live messages before the end, which go to a topic of their own. */
  progressPublishes: number;
  dynamoDb: {
    writeUnits: number;
    indexWriteUnits: number;
    readUnits: number;
  };
  /** Bytes of what the functions log. */
  logBytes: number;
}

/** Bytes of the record in the catalog, with its index entries and the overhead of DynamoDB. */
export const RECORD_BYTES = 2_000;

/** Bytes of EXIF and, where there was a search, of its trace. */
export const DETAILS_BYTES = 4_000;

/** Bytes of a thumbnail: the sample photos have 7,000 to 13,500. */
export const PREVIEW_BYTES = 11_000;

/** Bytes of the line that a function logs for a message, and of the metrics that it logs at the end of a run. */
const LOGGED = { message: 650, end: 1_900 };

/** Bytes of Lambda's own lines for an invocation: START, END, REPORT with the ids of the trace. */
export const LAMBDA_LINES_BYTES = 420;

/** @param recipe of an upload with a camera's EXIF */
export function countsOf(recipe: Recipe): ImageCounts {
  const all = partsOf(recipe);
  const parts = all.filter(isHeavy).length;
  const outputs = all.length;
  const intermediates = Math.min(parts, 1);
  const details = 1;
  const previews = 1;
  return {
    parts,
    outputs,
    s3: { writes: outputs + intermediates + details + previews, reads: 2 + parts },
    sqs: { sends: 1 + intermediates, messages: 1 + parts },
    snsPublishes: 1,
    // RECEIVED, PROCESSING, the results of the processor, and each heavy part.
    progressPublishes: 3 + parts,
    dynamoDb: {
      // When it is created and claimed, the record has less than 1 KB. With its results, a write takes two units.
      writeUnits: 2 + 2 * (4 + parts),
      // The entry in the index `recipe` is made once. The entry in `due` is made, moved three times and removed.
      indexWriteUnits: 1 + 1 + 3 * 2 + 1,
      readUnits: 1 + parts,
    },
    logBytes: (1 + parts) * LOGGED.message + LOGGED.end,
  };
}
