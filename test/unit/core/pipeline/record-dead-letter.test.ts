import { describe, expect, it } from 'vitest';
import { redriveUnprocessableMessage } from '../../../../core/pipeline/failures.ts';
import { readMessage } from '../../../../core/pipeline/messages/message.ts';
import { partBody } from '../../../../core/pipeline/messages/tasks.ts';
import { recordDeadLetter } from '../../../../core/pipeline/record-dead-letter.ts';
import { fannedOut, Harness } from './harness.ts';

describe('a dead-letter message', () => {
  it('that nobody can read is kept once, and redriven when asked', async () => {
    const harness = new Harness();
    const dead = { queue: 'parts', body: '{"version": 9}' } as const;
    await recordDeadLetter(harness.ports, readMessage(dead.queue, dead.body));
    await recordDeadLetter(harness.ports, readMessage(dead.queue, dead.body));
    const unprocessableMessages = [];
    for await (const unprocessable of harness.catalog.unprocessableMessages())
      unprocessableMessages.push(unprocessable);
    expect(unprocessableMessages).toMatchObject([{ ...dead, reason: { code: 'UNPROCESSABLE_MESSAGE' } }]);

    for (const unprocessable of unprocessableMessages)
      await redriveUnprocessableMessage(harness.ports, unprocessable);
    expect(harness.queue.messages).toMatchObject([dead]);
    for await (const _ of harness.catalog.unprocessableMessages()) throw new Error('expected none');
  });

  it('that is too large for the catalog is kept in part, and can not be redriven', async () => {
    const harness = new Harness();
    const body = 'ü'.repeat(500_000);
    await recordDeadLetter(harness.ports, readMessage('ingest', body));
    for await (const unprocessable of harness.catalog.unprocessableMessages()) {
      expect(unprocessable).toMatchObject({ bodyBytes: 1_000_000, body: 'ü'.repeat(32_768) });
      await expect(redriveUnprocessableMessage(harness.ports, unprocessable)).rejects.toThrow(
        /1000000 bytes.*only the start/,
      );
    }
    expect.assertions(2);
  });

  it('about a finished part fails nothing', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const bodies = harness.queue.messages.map(({ body }) => body);
    await harness.work();
    const complete = await harness.record(source);
    for (const body of bodies) await recordDeadLetter(harness.ports, readMessage('parts', body));
    expect(await harness.record(source)).toEqual(complete);
  });

  it('about an unknown image is an unprocessable message', async () => {
    const harness = new Harness();
    const body = partBody({ imageId: '0'.repeat(64), run: 1, attempt: 1, variant: '90' });
    expect(await recordDeadLetter(harness.ports, readMessage('parts', body))).toEqual([]);
    const unprocessableMessages = [];
    for await (const unprocessable of harness.catalog.unprocessableMessages())
      unprocessableMessages.push(unprocessable.body);
    expect(unprocessableMessages).toEqual([body]);
  });
});
