/**
 * The business metrics (EMF), for the functions that report them and the constructs that show and watch them.
 * All have the dimension `service` = `darkroom`; those of the end of a run have `service` and `recipe` as well.
 */
export const METRICS = {
  /** 1 for each end of a run of that kind, 0 for the other two, so that shares can be reckoned. */
  completed: 'ImagesCompleted',
  rejected: 'ImagesRejected',
  failed: 'ImagesFailed',
  /** Outputs of a run. */
  parts: 'Parts',
  bytesIn: 'BytesIn',
  bytesOut: 'BytesOut',
  encodeSsim: 'EncodeSsim',
  encodePsnrDb: 'EncodePsnrDb',
  detailSsim: 'DetailSsim',
  detailPsnrDb: 'DetailPsnrDb',
  /** Messages that a stage reported as failed; they come again, or become dead letters. */
  messagesFailed: 'MessagesFailed',
  /** Dead letters that named no image we know. */
  incidents: 'Incidents',
} as const;

/** Milliseconds of one step of the work: `DecodeMs`, `TotalMs`, … */
export function stepMetric(step: string): string {
  return `${capitalised(step)}Ms`;
}

/** One figure of a scheduled stage's report: `SweeperResent`, `ReconcilerIngested`, … */
export function reportMetric(stage: string, figure: string): string {
  return `${capitalised(stage)}${capitalised(figure)}`;
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
