import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForbiddenError, NotFoundError } from '../../../../core/errors.ts';
import { listFailures, redriveFailures } from '../../../../core/images/failures.ts';
import { eraseUser, exportUser } from '../../../../core/images/user-images.ts';
import type { ApiPorts } from '../../../../core/ports.ts';
import { IMAGES } from '../../../support/api/api-images.ts';
import { type ApiWorld, openApiWorld, PRINCIPALS } from '../../../support/api/api-world.ts';
import { fullRecord, idFrom, unprocessableMessage } from '../../../support/record-factory.ts';

const { alice, admin } = PRINCIPALS;
const { failed } = IMAGES;
let world: ApiWorld;
let ports: ApiPorts;

beforeEach(async () => {
  world = await openApiWorld();
  ports = world.dependencies.ports;
  const message = unprocessableMessage('message-1');
  await ports.catalog.putUnprocessableMessage({ ...message, queue: 'parts', bodyBytes: message.body.length });
});
afterEach(() => world.close());

async function stateOf(imageId: string) {
  return (await ports.catalog.get(imageId))?.state;
}

describe('failures', () => {
  it('are for administrators alone', async () => {
    await expect(listFailures(ports, alice)).rejects.toThrow(ForbiddenError);
    await expect(redriveFailures(ports, alice, { all: true })).rejects.toThrow(ForbiddenError);
    expect(await stateOf(failed.imageId)).toBe('FAILED');
  });

  it('are the runs that FAILED and the messages that nobody could read', async () => {
    const { runs, messages, isComplete } = await listFailures(ports, admin);
    expect(runs.map(({ imageId }) => imageId).toSorted()).toEqual(
      [failed.imageId, IMAGES.contended.imageId].toSorted(),
    );
    expect(messages.map(({ messageId }) => messageId)).toEqual(['message-1']);
    expect(isComplete).toBe(true);
  });

  it('are sent again one by one, with an outcome and an audit line for each', async () => {
    const imageIds = [failed.imageId, IMAGES.complete.imageId];
    const request = { imageIds, messageIds: ['message-1', 'message-2'] };
    const { outcomes, isComplete } = await redriveFailures(ports, admin, request);
    expect(outcomes).toEqual([
      { id: failed.imageId },
      { id: IMAGES.complete.imageId, error: expect.objectContaining({ name: 'ConflictError' }) },
      { id: 'message-1' },
      { id: 'message-2', error: expect.any(NotFoundError) },
    ]);
    expect(isComplete).toBe(true);
    expect(await stateOf(failed.imageId)).toBe('RECEIVED');
    expect(await ports.queue.backlog('parts')).toBe(1);
    expect((await listFailures(ports, admin)).messages).toEqual([]);
    expect(world.observed.audit).toEqual([
      { action: 'redrive', imageId: failed.imageId, owner: 'alice', principal: admin },
      { action: 'redrive', messageId: 'message-1', owner: undefined, principal: admin },
    ]);
  });

  it('are sent again all, a hundred at a time', async () => {
    const { deletedAt: _, ...record } = fullRecord('a');
    for (let index = 0; index < 120; index += 1) {
      await ports.catalog.create({ ...record, imageId: idFrom(`failed ${index}`) });
    }
    const first = await redriveFailures(ports, admin, { all: true });
    expect([first.outcomes.length, first.isComplete]).toEqual([101, false]);
    const second = await redriveFailures(ports, admin, { all: true });
    expect(second.isComplete).toBe(true);
    const { runs } = await listFailures(ports, admin);
    expect(runs.map(({ imageId }) => imageId)).toEqual([IMAGES.contended.imageId]);
  });
});

describe('a user', () => {
  it('is erased with the trash and nobody else, by administrators alone', async () => {
    await expect(eraseUser(ports, alice, 'alice')).rejects.toThrow(ForbiddenError);
    const { deletedAt: _, ...record } = fullRecord('a');
    for (let index = 0; index < 130; index += 1) {
      const inTrash = index % 2 === 0 ? {} : { deletedAt: '2026-02-03T07:00:00.000Z' };
      await ports.catalog.create({ ...record, ...inTrash, imageId: idFrom(`cal ${index}`), owner: 'cal' });
    }
    expect(await eraseUser(ports, admin, 'cal')).toEqual({ deleted: 100, isComplete: false });
    expect(await eraseUser(ports, admin, 'cal')).toEqual({ deleted: 30, isComplete: true });
    expect(await eraseUser(ports, admin, 'cal')).toEqual({ deleted: 0, isComplete: true });
    expect(await stateOf(idFrom('cal 7'))).toBe('DELETED');
    expect(await stateOf(IMAGES.ofBob.imageId)).toBe('COMPLETE');
    expect(world.observed.audit).toHaveLength(130);
    expect(world.observed.audit[0]).toMatchObject({ action: 'delete', owner: 'cal', principal: admin });
  });

  it('is exported with links to the original and all outputs, to itself and to administrators', async () => {
    for (const principal of [alice, admin]) {
      const { images, next } = await exportUser(ports, principal, 'alice', {});
      expect(next).toBeNull();
      expect(images.map(({ record }) => record.owner)).toEqual(images.map(() => 'alice'));
      const complete = images.find(({ record }) => record.imageId === IMAGES.complete.imageId);
      expect(complete?.files.map(({ variant }) => variant)).toEqual(['original', 'processed']);
      expect(complete?.files[0]?.url).toContain('download=');
    }
    const trash = await exportUser(ports, admin, 'alice', { trash: true });
    expect(trash.images.map(({ record }) => record.imageId)).toContain(IMAGES.trashed.imageId);
    await expect(exportUser(ports, alice, 'bob', {})).rejects.toThrow(ForbiddenError);
    expect(world.observed.audit.at(-1)).toEqual({ action: 'export', owner: 'alice', principal: admin });
  });
});
