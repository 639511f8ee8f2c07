import { SCHEDULES, WORKERS } from '../../core/names.ts';

/** Hours per month in AWS's own calculator. */
const HOURS = 730;
export const SECONDS_A_MONTH = HOURS * 3600;
export const DAYS_A_MONTH = HOURS / 24;

/** What a deployment uses per month even without uploads. Tests compare it with the stack. */
export const STANDING = {
  /** All queues, and their dead-letter queues. */
  queues: 6,
  /** Lambda polls every queue by five long polls of 20 s at a time. */
  pollsAMonth: (5 * SECONDS_A_MONTH) / 20,
  scheduledCalls: Object.values(SCHEDULES).reduce(
    (calls, { everyMinutes }) => calls + (HOURS * 60) / everyMinutes,
    0,
  ),
  /** Milliseconds of a call that finds nothing to do: 32 queries of an index at the same time, and the depths of two queues. */
  scheduledMs: 200,
  scheduledMemoryMb: 512,
  /** Of each sweep: one query per shard of the index, for the trash as well, half a unit each. */
  readUnitsOfSweep: 32 / 2,
  sqsRequestsOfSweep: 2,
  /** The trends read each record of yesterday and today 24 times a day, half a unit each. */
  readUnitsOfTrends: (2 * 24) / 2,
  /** Of each scheduled call, including the lines of Lambda itself. */
  logBytesOfCall: 1_300,
  /** Metrics that the functions report: for images of one recipe, and the figures of the schedules. */
  customMetrics: 21 + Object.values(SCHEDULES).flatMap(({ figures }) => figures as readonly string[]).length,
  /** Metrics that alarms watch: three of each worker, and others. An anomaly detection band counts as three. */
  alarmMetrics: 3 * WORKERS.length + 52,
  dashboards: 1,
  /** The container image, uncompressed; ECR stores less. */
  imageGb: 0.371,
};

/** Requests to KMS: each service keeps a data key for five minutes, for about 30 pairs of service and caller. */
export const KMS_REQUESTS = 30 * (SECONDS_A_MONTH / 300);

/** The defaults of the configuration that the cost depends on. Tests compare them with the configuration. */
export const DEFAULTS = {
  processorMemoryMb: 2048,
  partsMemoryMb: 1769,
  intermediateExpiryDays: 15,
  /** S3 turns an expired object into a noncurrent version, and deletes that after a day. */
  intermediateNoncurrentDays: 1,
  logRetentionDays: 14,
  maxMegapixels: 100,
  maxMb: 52,
};
