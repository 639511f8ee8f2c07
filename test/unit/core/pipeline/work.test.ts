import { describe, expect, it, vi } from 'vitest';
import { PermanentError, TransientError } from '../../../../core/errors.ts';
import { STARTABLE } from '../../../../core/pipeline/record.ts';
import { doWork } from '../../../../core/pipeline/work.ts';
import type { Guard } from '../../../../core/ports.ts';
import { receivedRecord } from '../../../support/record-factory.ts';
import { Harness } from './harness.ts';

const busy = new TransientError('BUSY', 'The service is busy.');

async function prepared(overrides = {}) {
  const harness = new Harness();
  const record = receivedRecord('a', { state: 'PROCESSING', startCount: 2, ...overrides });
  await harness.catalog.create(record);
  const update = vi.spyOn(harness.catalog, 'update');
  const on = { record, worker: 'processor', rejectsIn: STARTABLE } as const;
  return { harness, on, update };
}

describe('an error of the work', () => {
  it('that is transient takes one write: the note, the compute and the start that does not count', async () => {
    const { harness, on, update } = await prepared();
    const failed = doWork(harness.ports, on, async (work) => {
      work.countedStart = true;
      throw busy;
    });
    await expect(failed).rejects.toBe(busy);
    expect(update).toHaveBeenCalledTimes(1);
    expect(await harness.catalog.get('a')).toMatchObject({
      startCount: 1,
      lastError: { code: 'BUSY', worker: 'processor' },
    });
  });

  it('leaves the starts alone where none was counted, or where another worker has fanned the run out', async () => {
    for (const [state, countedStart] of [
      ['PROCESSING', false],
      ['FANNED_OUT', true],
    ] as const) {
      const { harness, on } = await prepared({ state });
      const failed = doWork(harness.ports, on, async (work) => {
        work.countedStart = countedStart;
        throw busy;
      });
      await expect(failed).rejects.toBe(busy);
      expect(await harness.catalog.get('a')).toMatchObject({ startCount: 2, lastError: { code: 'BUSY' } });
    }
  });

  it('that could not be recorded is a TransientError of the same code, with both causes', async () => {
    const { harness, on, update } = await prepared();
    update.mockRejectedValue(new TransientError('THROTTLED', 'DynamoDB throttles.'));
    const error: unknown = await doWork(harness.ports, on, () => Promise.reject(new RangeError('odd'))).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'TransientError', code: 'RangeError', message: 'odd' });
    expect((error as Error).cause).toMatchObject({
      message: 'the work failed, and so did recording its error',
      errors: [{ message: 'odd' }, { message: 'DynamoDB throttles.' }],
    });
  });

  it('that is permanent rejects the run in one write', async () => {
    const { harness, on, update } = await prepared();
    const record = await doWork(harness.ports, on, () =>
      Promise.reject(new PermanentError('CORRUPT_IMAGE', 'Half of it is missing.')),
    );
    expect(record).toMatchObject({
      state: 'REJECTED',
      reason: { code: 'CORRUPT_IMAGE', worker: 'processor' },
    });
    expect(update).toHaveBeenCalledTimes(1);
  });

  it('rejects no run that another worker has fanned out', async () => {
    const { harness, on } = await prepared({ state: 'FANNED_OUT' });
    const record = await doWork(harness.ports, on, () =>
      Promise.reject(new PermanentError('SOURCE_NOT_FOUND', 'It is gone.')),
    );
    expect(record.state).toBe('FANNED_OUT');
  });
});

describe('the compute', () => {
  it('is that of all work on pixels, failed or not, until it is stored', async () => {
    const { harness, on, update } = await prepared();
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const take = (ms: number) => async () => {
      nowMs += ms;
    };
    const failed = doWork(harness.ports, on, async (work) => {
      await work.compute(take(500));
      work.computeStored();
      nowMs += 1000;
      await work.compute(take(100.4));
      await work.compute(async () => {
        nowMs += 20;
        throw busy;
      });
      return on.record;
    });
    await expect(failed).rejects.toBe(busy);
    vi.restoreAllMocks();
    const [, , change] = update.mock.calls[0] as [string, Guard, { add: { computeMs: number } }];
    expect(change.add.computeMs).toBe(120);
  });
});
