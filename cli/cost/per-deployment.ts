/** Hours of a month, as AWS's own calculator has them. */
const HOURS = 730;
export const SECONDS_A_MONTH = HOURS * 3600;
export const DAYS_A_MONTH = HOURS / 24;

/** What a deployment takes in a month even where nothing is uploaded. Tests hold it to the stack. */
export const STANDING = {
  /** Messages and dead letters of both queues. */
  queues: 4,
  /** Lambda asks every queue by five long polls of 20 s at a time. */
  pollsAMonth: (5 * SECONDS_A_MONTH) / 20,
  /** Sweeps every five minutes; the reconciler once a day. */
  scheduledCalls: SECONDS_A_MONTH / 300 + DAYS_A_MONTH,
  /** Milliseconds of such a call that finds nothing to do: 16 queries of an index, 10 ms each, and twice a queue's depth. */
  scheduledMs: 200,
  scheduledMemoryMb: 512,
  /** Of each sweep: one query of each shard of the index, half a unit each. */
  readUnitsOfSweep: 16 / 2,
  sqsRequestsOfSweep: 2,
  /** Of each such call, Lambda's lines included. */
  logBytesOfCall: 1_300,
  /** Metrics that the functions report, with images of one recipe. */
  customMetrics: 28,
  /** Metrics that alarms look at; a fitted band counts as three. */
  alarmMetrics: 47,
  dashboards: 1,
  /** The container image, unpacked; what ECR stores of it is less. */
  imageGb: 0.371,
};

/** Requests to KMS: each service keeps a data key for five minutes, for about 30 pairs of service and caller. */
export const KMS_REQUESTS = 30 * (SECONDS_A_MONTH / 300);

/** The defaults of the configuration that cost depends on; tests hold them to it. */
export const DEFAULTS = {
  processorMemoryMb: 2048,
  partsMemoryMb: 1769,
  intermediateExpiryDays: 15,
  /** S3 makes an expired object an old version, and erases that after a day. */
  workNoncurrentDays: 1,
  logRetentionDays: 14,
  maxMegapixels: 100,
  maxMb: 52,
};
