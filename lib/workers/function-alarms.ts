import { Duration } from 'aws-cdk-lib';

/** An alarm goes off when `datapointsToAlarm` of the last `evaluationPeriods` periods breach its threshold. */
interface Window {
  period: Duration;
  evaluationPeriods: number;
  datapointsToAlarm: number;
}

/** When the alarms of a function go off. */
export interface FunctionAlarms {
  /**
   * How many invocations may fail in a period. Lambda counts only those that were cut off or crashed, for lack of time or
   * memory.
   */
  errors: Window & { atLeast: number };
  /** In which periods an invocation may come close to `limitS`, by default the timeout of the function. */
  slow: Window & { limitS?: number };
}

const QUARTER = Duration.minutes(15);

function once(period: Duration): Window {
  return { period, evaluationPeriods: 1, datapointsToAlarm: 1 };
}

const THREE_IN_A_ROW: Window = { period: Duration.minutes(5), evaluationPeriods: 3, datapointsToAlarm: 3 };

/**
 * For a function that handles pixels. An image that crashes it does so three times and is then rejected, which is normal;
 * many such images are not. One slow image is no reason to wake anybody. Slow images in two quarters of an hour are.
 */
export const PIXEL_ALARMS: FunctionAlarms = {
  errors: { ...once(QUARTER), atLeast: 6 },
  slow: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
};

/** For a function whose every failure matters. */
export function alarmsAtOnce(period = QUARTER): FunctionAlarms {
  return { errors: { ...once(period), atLeast: 1 }, slow: once(period) };
}

/** For a function that is called every few minutes. A failed call does no harm unless all calls fail. */
export const REPEATED_CALL_ALARMS: FunctionAlarms = {
  errors: { ...THREE_IN_A_ROW, atLeast: 1 },
  slow: THREE_IN_A_ROW,
};
