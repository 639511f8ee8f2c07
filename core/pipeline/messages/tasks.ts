import * as z from 'zod';
import { UnprocessableMessageError } from '../../errors.ts';
import { describeIssues } from '../../validation.ts';
import type { Source } from '../record.ts';

/**
 * The version that this release writes. A consumer reads its own version and the one before, so that a deployment can
 * roll forward and back with messages in flight. Version 1 is the first.
 */
const TASK_VERSION = 1;

const imageId = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');

const runTask = z.object({
  version: z.literal(TASK_VERSION),
  imageId,
  run: z.int().min(1),
  attempt: z.int().min(1),
});

const partTask = runTask.extend({ type: z.literal('part'), variant: z.string().min(1).max(64) });

const resumeTask = runTask.extend({ type: z.literal('resume') });

const uploadTask = z.object({
  version: z.literal(TASK_VERSION),
  type: z.literal('upload'),
  source: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().min(1),
    etag: z.string().optional(),
    bytes: z.int().min(0),
    modifiedAt: z.iso.datetime(),
  }),
});

/** Asks for one heavy part of a run, made from its intermediate. */
export type PartTask = z.infer<typeof partTask>;
/** Asks to process a run that has a record already: it is repaired, redriven or reprocessed. */
export type ResumeTask = z.infer<typeof resumeTask>;
/** Asks to process a new upload. */
interface UploadTask {
  type: 'upload';
  source: Source;
}
export type IngestTask = UploadTask | ResumeTask;

/** S3 writes keys in events form-encoded: `+` for a space, UTF-8 percent-encoded. */
const s3Record = z.object({
  eventSource: z.literal('aws:s3'),
  eventName: z.string(),
  eventTime: z.iso.datetime(),
  s3: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.int().min(0).default(0),
      eTag: z.string().optional(),
      versionId: z.string().optional(),
    }),
  }),
});

const s3Event = z.object({ Records: z.array(s3Record) });
const s3TestEvent = z.object({ Event: z.literal('s3:TestEvent') });
const ownIngestTask = z.discriminatedUnion('type', [uploadTask, resumeTask]);

/**
 * What a body of the ingest queue asks for. S3's test event, folder markers and events other than a creation ask for
 * nothing.
 *
 * @throws UnprocessableMessageError where it is neither an event of S3 nor a task that we know
 */
export function parseIngest(body: string): IngestTask[] {
  const json = parseJson(body);
  if (s3TestEvent.safeParse(json).success) return [];
  const event = s3Event.safeParse(json);
  if (event.success) return event.data.Records.flatMap(uploadOf);
  return [parsed(ownIngestTask, json)];
}

/**
 * What a body of the parts queue asks for.
 *
 * @throws UnprocessableMessageError where it is no task of a version that we know
 */
export function parsePart(body: string): PartTask {
  return parsed(partTask, parseJson(body));
}

export function partBody(task: Omit<PartTask, 'version' | 'type'>): string {
  return JSON.stringify({ version: TASK_VERSION, type: 'part', ...task } satisfies PartTask);
}

export function resumeBody(task: Omit<ResumeTask, 'version' | 'type'>): string {
  return JSON.stringify({ version: TASK_VERSION, type: 'resume', ...task } satisfies ResumeTask);
}

export function uploadBody(source: Source): string {
  return JSON.stringify({ version: TASK_VERSION, type: 'upload', source } satisfies z.infer<
    typeof uploadTask
  >);
}

function uploadOf(record: z.infer<typeof s3Record>): UploadTask[] {
  const { bucket, object } = record.s3;
  const key = decodeS3Key(object.key);
  if (!record.eventName.startsWith('ObjectCreated:') || key.endsWith('/')) return [];
  const source: Source = {
    bucket: bucket.name,
    key,
    versionId: object.versionId ?? 'null',
    ...(object.eTag === undefined ? {} : { etag: object.eTag }),
    bytes: object.size,
    modifiedAt: record.eventTime,
  };
  return [{ type: 'upload', source }];
}

function decodeS3Key(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (error) {
    throw new UnprocessableMessageError(
      `expected a percent-encoded key, received ${JSON.stringify(encoded)}`,
      {
        cause: error,
      },
    );
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new UnprocessableMessageError(`expected JSON, received ${JSON.stringify(body.slice(0, 80))}`, {
      cause: error,
    });
  }
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new UnprocessableMessageError(
    `not a task of version ${TASK_VERSION}: ${describeIssues(result.error)}`,
  );
}
