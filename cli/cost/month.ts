import type { Recipe } from '../../core/recipe.ts';
import { durationsOf, megapixelsOf } from './durations.ts';
import { grown, type RecipeMeasures } from './measured.ts';
import { OUTER, outsideCalls, outsideUsage } from './outside.ts';
import { DAYS_A_MONTH, DEFAULTS, KMS_REQUESTS, SECONDS_A_MONTH, STANDING } from './per-deployment.ts';
import {
  countsOf,
  DETAILS_BYTES,
  type ImageCounts,
  LAMBDA_LINES_BYTES,
  PREVIEW_BYTES,
  RECORD_BYTES,
} from './per-image.ts';
import { gbSeconds, type Usage, usage } from './usage.ts';

/** The uploads of a month, and what happens to them. */
export interface Load {
  /** Uploads per month. */
  images: number;
  /** Average size of an upload, in megabytes of 1,000,000 bytes. */
  avgMb: number;
  recipe: Recipe;
  measures: RecipeMeasures;
  /** How long uploads and results are kept. */
  keepMonths: number;
  /** How often every output is fetched over the internet. */
  downloads: number;
  /** Pages of the app that are open all month. */
  clients: number;
  customerKey: boolean;
  computeMs?: number;
}

const GIB = 2 ** 30;
const MB = 1_000_000;

/** Everything that AWS charges for in a month, service by service. */
export function usageOf(load: Load): Usage[] {
  const counts = countsOf(load.recipe);
  return [
    ...lambda(load, counts),
    ...s3(load, counts),
    ...queuesAndTopic(load, counts),
    ...dynamoDb(load, counts),
    ...watching(load, counts),
    ...outsideUsage(load, counts),
    usage('ECR', 'container image', 'ecrStorage', STANDING.imageGb),
    ...(load.customerKey ? keys() : []),
    ...(load.downloads > 0 ? downloads(load, counts) : []),
  ];
}

function lambda({ images, measures, avgMb, computeMs }: Load, counts: ImageCounts): Usage[] {
  const { processorMs, partMs } = durationsOf(measures, counts, avgMb, computeMs);
  const parts = images * counts.parts;
  const { scheduledCalls, scheduledMs, scheduledMemoryMb } = STANDING;
  return [
    usage('Lambda', 'processor, calls', 'lambdaRequests', images),
    usage(
      'Lambda',
      'processor, compute',
      'lambdaCompute',
      gbSeconds(images, processorMs, DEFAULTS.processorMemoryMb),
    ),
    usage('Lambda', 'parts, calls', 'lambdaRequests', parts),
    usage('Lambda', 'parts, compute', 'lambdaCompute', gbSeconds(parts, partMs, DEFAULTS.partsMemoryMb)),
    usage('Lambda', 'scheduled, calls', 'lambdaRequests', scheduledCalls),
    usage(
      'Lambda',
      'scheduled, compute',
      'lambdaCompute',
      gbSeconds(scheduledCalls, scheduledMs, scheduledMemoryMb),
    ),
  ];
}

function s3({ images, avgMb, measures, keepMonths }: Load, counts: ImageCounts): Usage[] {
  const megapixels = megapixelsOf(avgMb);
  const resultBytes =
    counts.outputs * grown(measures.outputBytes, megapixels) + DETAILS_BYTES + PREVIEW_BYTES;
  const intermediateBytes = counts.parts > 0 ? grown(measures.intermediateBytes, megapixels) : 0;
  const months = (days: number) => days / DAYS_A_MONTH;
  const stored = (item: string, bytes: number, forMonths: number) =>
    usage('S3', item, 's3Storage', (images * bytes * forMonths) / GIB);
  return [
    usage('S3', 'writes', 's3Writes', images * (1 + counts.s3.writes)),
    usage('S3', 'reads', 's3Reads', images * counts.s3.reads),
    stored('uploads', avgMb * MB, keepMonths),
    stored('results', resultBytes, keepMonths),
    stored('intermediates', intermediateBytes, months(DEFAULTS.intermediateExpiryDays)),
    stored('intermediates, old', intermediateBytes, months(DEFAULTS.intermediateNoncurrentDays)),
  ];
}

function queuesAndTopic({ images }: Load, { sqs, snsPublishes }: ImageCounts): Usage[] {
  const idle = STANDING.queues * STANDING.pollsAMonth + (STANDING.sqsRequestsOfSweep * SECONDS_A_MONTH) / 300;
  return [
    usage('SQS', 'messages', 'sqsRequests', images * (sqs.sends + 2 * sqs.messages)),
    usage('SQS', 'polling', 'sqsRequests', idle),
    usage('SNS', 'messages', 'snsRequests', images * snsPublishes),
  ];
}

function dynamoDb({ images, keepMonths }: Load, { dynamoDb: units }: ImageCounts): Usage[] {
  const sweeping = (STANDING.readUnitsOfSweep * SECONDS_A_MONTH) / 300;
  const gb = (images * RECORD_BYTES * keepMonths) / GIB;
  return [
    usage('DynamoDB', 'writes', 'dynamoDbWrites', images * units.writeUnits),
    usage('DynamoDB', 'writes of indexes', 'dynamoDbWrites', images * units.indexWriteUnits),
    usage('DynamoDB', 'reads', 'dynamoDbReads', images * units.readUnits + sweeping),
    usage('DynamoDB', 'trends', 'dynamoDbReads', images * STANDING.readUnitsOfTrends),
    usage('DynamoDB', 'records', 'dynamoDbStorage', gb),
    usage('DynamoDB', 'recovery', 'dynamoDbRecovery', gb),
  ];
}

/** CloudWatch compresses logs to about 15 % of their size. */
const LOG_COMPRESSION = 0.15;

function watching({ images, clients }: Load, counts: ImageCounts): Usage[] {
  const { parts, logBytes } = counts;
  const { scheduledCalls, logBytesOfCall, customMetrics, alarmMetrics, dashboards } = STANDING;
  const perImage = logBytes + (1 + parts) * LAMBDA_LINES_BYTES;
  const outer = outsideCalls({ images, clients }, counts);
  const logsGb =
    (images * perImage + scheduledCalls * logBytesOfCall + outer.all * OUTER.logBytesOfCall) / GIB;
  const keptMonths = DEFAULTS.logRetentionDays / DAYS_A_MONTH;
  // A live message belongs to the trace of its worker, because SNS passes that on.
  const calls = [images, images * parts, scheduledCalls, outer.requests, outer.heartbeats];
  const traces = calls.reduce((sum, each) => sum + traced(each), 0);
  return [
    usage('CloudWatch', 'logs, written', 'logsIngested', logsGb),
    usage('CloudWatch', 'logs, kept', 'logsStored', logsGb * LOG_COMPRESSION * keptMonths),
    usage('CloudWatch', 'metrics', 'customMetrics', customMetrics),
    usage('CloudWatch', 'alarms', 'alarmMetrics', alarmMetrics),
    usage('CloudWatch', 'dashboard', 'dashboards', dashboards),
    usage('X-Ray', 'traces', 'traces', traces),
  ];
}

/** Lambda traces a function's first call of a second, and 5 % of the others; calls are spread evenly over the month. */
function traced(calls: number): number {
  const first = Math.min(calls, SECONDS_A_MONTH);
  return first + 0.05 * (calls - first);
}

function keys(): Usage[] {
  return [usage('KMS', 'key', 'kmsKeys', 1), usage('KMS', 'requests', 'kmsRequests', KMS_REQUESTS)];
}

function downloads({ images, avgMb, measures, downloads: times }: Load, counts: ImageCounts): Usage[] {
  const fetched = images * counts.outputs * times;
  const bytes = grown(measures.outputBytes, megapixelsOf(avgMb));
  return [
    usage('Downloads', 'reads', 's3Reads', fetched),
    usage('Downloads', 'transfer', 'transfer', (fetched * bytes) / GIB),
  ];
}
