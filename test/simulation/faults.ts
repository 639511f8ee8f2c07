import { TransientError } from '../../core/errors.ts';
import { PoisonError } from '../support/simulated/imaging.ts';
import type { Random } from '../support/simulated/random.ts';
import type { Scheduler } from './scheduler.ts';

/** Something that runs: a worker on a message, a sweep, a person's command. */
export interface Invocation {
  label: string;
  startedAt: number;
  /** It crashed, or Lambda ended it, and does nothing more. */
  dead: boolean;
  /** An update of the catalog failed, so a start may stay counted. */
  unrecorded: boolean;
  /** Called when it dies. */
  interrupted(): void;
}

type Fault = 'none' | 'crashBefore' | 'throttled' | 'crashAfter' | 'timedOut';

const CALM: Record<Fault, number> = { none: 1, crashBefore: 0, throttled: 0, crashAfter: 0, timedOut: 0 };

/** Rates of faults in a call. Each world draws its own: some are nearly calm, and some hardly make progress. */
function drawRates(random: Random): Record<Fault, number> {
  const rough = random.pick([0.002, 0.01, 0.03, 0.1]);
  return {
    none: 1,
    crashBefore: rough * random.next(),
    crashAfter: rough * random.next(),
    throttled: rough * random.next() * 2,
    timedOut: rough * random.next(),
  };
}

/** Stands between an invocation and a port. Every call waits its turn, and may fail in every way. */
export class FaultInjector {
  private readonly random: Random;
  private readonly scheduler: Scheduler;
  private readonly log: (line: string) => void;
  private rates: Record<Fault, number>;
  readonly counts: Record<Fault, number> = {
    none: 0,
    crashBefore: 0,
    throttled: 0,
    crashAfter: 0,
    timedOut: 0,
  };

  constructor(random: Random, scheduler: Scheduler, log: (line: string) => void) {
    this.random = random;
    this.scheduler = scheduler;
    this.log = log;
    this.rates = drawRates(random);
  }

  calmDown(): void {
    this.rates = CALM;
  }

  /** The port for this invocation. */
  wrap<P extends object>(name: string, port: P, invocation: Invocation): P {
    return new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        const label = `${name}.${String(property)}`;
        return (...args: unknown[]) => {
          const call = () => Reflect.apply(member, target, args) as unknown;
          return LISTINGS.has(label)
            ? this.list(label, call, invocation)
            : this.call(label, call, invocation);
        };
      },
    });
  }

  private async call(label: string, effect: () => unknown, invocation: Invocation): Promise<unknown> {
    await this.scheduler.turn();
    if (invocation.dead) return never();
    const fault = this.random.weighted(this.rates);
    this.counts[fault]++;
    this.log(`  ${invocation.label}: ${label}${fault === 'none' ? '' : ` ${fault}`}`);
    if (label === 'catalog.update' && fault !== 'none') invocation.unrecorded = true;
    if (fault === 'crashBefore') return this.kill(invocation);
    if (fault === 'throttled') throw new TransientError('THROTTLED', `${label} was throttled.`);
    const result = await this.unlessPoison(effect, invocation);
    if (fault === 'crashAfter') return this.kill(invocation);
    if (fault === 'timedOut') throw new TransientError('TIMED_OUT', `${label} timed out.`);
    // The answer may take long as well.
    await this.scheduler.turn();
    return invocation.dead ? never() : result;
  }

  private async *list(label: string, effect: () => unknown, invocation: Invocation): AsyncGenerator<unknown> {
    const items = (await this.call(
      label,
      () => collect(effect() as AsyncIterable<unknown>),
      invocation,
    )) as unknown[];
    yield* items;
  }

  private async unlessPoison(effect: () => unknown, invocation: Invocation): Promise<unknown> {
    try {
      return await effect();
    } catch (error) {
      if (error instanceof PoisonError) return this.kill(invocation);
      throw error;
    }
  }

  private kill(invocation: Invocation): Promise<never> {
    invocation.dead = true;
    invocation.interrupted();
    return never();
  }
}

const LISTINGS = new Set([
  'catalog.due',
  'catalog.failed',
  'catalog.unprocessableMessages',
  'objects.versions',
]);

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A dead process runs no `catch` and no `finally`. */
function never(): Promise<never> {
  return new Promise(() => {});
}
