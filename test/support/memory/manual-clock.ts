import type { Clock } from '../../../core/ports.ts';

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  private timeMs: number;

  constructor(start: Date) {
    this.timeMs = start.getTime();
  }

  now(): Date {
    return new Date(this.timeMs);
  }

  advance(ms: number): void {
    this.timeMs += ms;
  }
}
