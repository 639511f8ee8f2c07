import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../../../core/access.ts';
import { documentClient } from '../../../../lambdas/adapters/clients.ts';
import { LiveTable } from '../../../../lambdas/adapters/live-table.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import { startLiveTable } from '../../../support/emulators/live-table-server.ts';
import type { Loopback } from '../../../support/emulators/loopback.ts';

const JO: Principal = { kind: 'user', id: 'jo', name: null };
const ADA: Principal = { kind: 'administrator', id: 'ada', name: null };

let server: Loopback;
let now: Date;
let table: LiveTable;

beforeAll(async () => {
  stubAwsEnvironment({});
  server = await startLiveTable('live');
  stubAwsEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: server.url });
});
afterAll(() => server.close());

beforeEach(() => {
  now = new Date();
  const clock = { now: () => now };
  table = new LiveTable(documentClient(), { tableName: 'live', url: 'wss://live.example', clock });
});

async function socketsFor(owner: string | null): Promise<string[]> {
  const ids: string[] = [];
  for await (const { connectionId } of table.socketsFor(owner)) ids.push(connectionId);
  return ids.sort();
}

describe('a ticket', () => {
  it('says where and until when it can be used', async () => {
    const { ticket, url, expiresAt } = await table.issue(JO, { all: false });
    expect(ticket).toMatch(/^[\w-]{43}$/);
    expect(url).toBe('wss://live.example');
    expect(Date.parse(expiresAt)).toBe(now.getTime() + 30_000);
  });

  it('admits once, to what it was issued for', async () => {
    const own = await table.issue(JO, { all: false });
    const all = await table.issue(ADA, { all: true });
    expect(await table.redeem(own.ticket)).toEqual({ owner: 'jo', all: false });
    expect(await table.redeem(all.ticket)).toEqual({ owner: 'ada', all: true });
    expect(await table.redeem(own.ticket)).toBeUndefined();
  });

  it('admits one of ten who use it at the same time', async () => {
    const { ticket } = await table.issue(JO, { all: false });
    const admitted = await Promise.all(Array.from({ length: 10 }, () => table.redeem(ticket)));
    expect(admitted.filter((watch) => watch !== undefined)).toHaveLength(1);
  });

  it('admits nobody after 30 s, whenever DynamoDB deletes it', async () => {
    const { ticket } = await table.issue(JO, { all: false });
    now = new Date(now.getTime() + 30_001);
    expect(await table.redeem(ticket)).toBeUndefined();
  });

  it.each(['', 'unknown', 'watch#owner#jo'])('that is not one (%j) admits nobody', async (ticket) => {
    expect(await table.redeem(ticket)).toBeUndefined();
  });
});

describe('sockets', () => {
  it('are found by the owner of the image, and those of everybody always', async () => {
    await table.addSocket('s1', { owner: 'jo', all: false });
    await table.addSocket('s2', { owner: 'jo', all: false });
    await table.addSocket('s3', { owner: 'eve', all: false });
    await table.addSocket('s4', { owner: 'ada', all: true });
    expect(await socketsFor('jo')).toEqual(['s1', 's2', 's4']);
    expect(await socketsFor('eve')).toEqual(['s3', 's4']);
    expect(await socketsFor('ada')).toEqual(['s4']);
    expect(await socketsFor(null)).toEqual(['s4']);
    for (const id of ['s1', 's1', 's4', 'unknown']) await table.removeSocket(id);
    expect(await socketsFor('jo')).toEqual(['s2']);
    await table.removeSocket('s2');
    await table.removeSocket('s3');
  });

  it('are all found, over many pages', async () => {
    // An id of a kilobyte: DynamoDB returns at most 1 MB at a time.
    const ids = Array.from({ length: 1_200 }, (_, index) => `${index}-`.padEnd(1_000, 'x'));
    for (let at = 0; at < ids.length; at += 100) {
      await Promise.all(
        ids.slice(at, at + 100).map((id) => table.addSocket(id, { owner: 'many', all: false })),
      );
    }
    expect(await socketsFor('many')).toHaveLength(1_200);
  });
});
