import { describe, expect, it } from 'vitest';
import { unreadResult } from '../../../../cli/results.ts';
import { LatestImages } from '../../../../cli/start/latest-images.ts';
import { EndedRuns } from '../../../../local/worker/ended-runs.ts';
import { completionWith } from '../../../contract/publisher-contract.ts';
import { idFrom, receivedRecord } from '../../../support/record-factory.ts';

describe('latest images', () => {
  it('are those that ended last, by name, and no more than so many', () => {
    const latest = new LatestImages(3);
    for (let minute = 0; minute < 20; minute++) {
      const name = `${19 - minute}`.padStart(2, '0');
      const endedAt = `2026-02-03T04:${String(minute).padStart(2, '0')}:00.000Z`;
      const result = unreadResult(name, 'FAILED', { code: 'X', message: 'x' });
      latest.add({ ...receivedRecord(idFrom(name)), endedAt }, { sourcePath: name, result });
    }
    expect(latest.entries().map(({ sourcePath }) => sourcePath)).toEqual(['00', '01', '02']);
  });
});

describe('ended runs', () => {
  async function isReached(
    wanted: { run: number; attempt: number },
    ended: { run: number; attempt: number },
  ) {
    const runs = new EndedRuns();
    const event = completionWith('a', ended);
    let reached = false;
    void runs.end(event.imageId, wanted).then(() => {
      reached = true;
    });
    runs.onEnded(completionWith('another image', ended));
    runs.onEnded(event);
    await new Promise(setImmediate);
    return reached;
  }

  it.each([
    [{ run: 1, attempt: 1 }, { run: 1, attempt: 1 }, true],
    [{ run: 1, attempt: 2 }, { run: 1, attempt: 1 }, false],
    [{ run: 2, attempt: 1 }, { run: 1, attempt: 3 }, false],
    [{ run: 1, attempt: 3 }, { run: 2, attempt: 1 }, true],
  ])('%j is reached by the end of %j: %s', async (wanted, ended, reached) => {
    expect(await isReached(wanted, ended)).toBe(reached);
  });

  it('is told to everybody who waits', async () => {
    const runs = new EndedRuns();
    const event = completionWith('a');
    const all = Promise.all([runs.end(event.imageId, event), runs.end(event.imageId, event)]);
    runs.onEnded(event);
    await all;
  });
});
