import { createHash, randomBytes } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Principal } from '../../core/access.ts';
import { LIVE_TABLE_KEY, LIVE_TTL_ATTRIBUTE } from '../../core/live-layout.ts';
import { isConditionFailed, wrapAwsErrors, wrapPageErrors } from './aws-errors.ts';

const TICKET_MS = 30_000;
/** API Gateway ends every connection after two hours. */
const SOCKET_MS = 2 * 3_600_000 + 600_000;

/** Whose images a socket watches: those of one owner, or those of everybody. */
export interface Watch {
  owner: string;
  all: boolean;
}

/** An open connection. */
export interface Socket {
  connectionId: string;
  /** Milliseconds since 1970. */
  connectedAtMs: number;
}

interface TableSettings {
  tableName: string;
  /** Where sockets are opened: `wss://…` */
  url: string;
  clock?: { now(): Date };
}

/** Tickets and sockets in the table of live updates; see core/live-layout.ts. */
export class LiveTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: { TableName: string };
  readonly #url: string;
  readonly #clock: { now(): Date };

  constructor(client: DynamoDBDocumentClient, { tableName, url, clock }: TableSettings) {
    this.#client = client;
    this.#table = { TableName: tableName };
    this.#url = url;
    this.#clock = clock ?? { now: () => new Date() };
  }

  /** A ticket for one connection within 30 s. The table holds only its hash. */
  async issue({ id }: Principal, { all }: { all: boolean }) {
    const ticket = randomBytes(32).toString('base64url');
    const expiresAtMs = this.#clock.now().getTime() + TICKET_MS;
    await this.#put(ticketKey(ticket), expiresAtMs, { owner: id, all, expiresAtMs });
    return { ticket, url: this.#url, expiresAt: new Date(expiresAtMs).toISOString() };
  }

  /** What the ticket admits to; undefined if it is unknown, used or expired. */
  async redeem(ticket: string): Promise<Watch | undefined> {
    const command = new DeleteCommand({
      ...this.#table,
      Key: ticketKey(ticket),
      // Of two requests with one ticket, only one deletes it.
      ConditionExpression: 'expiresAtMs > :now',
      ExpressionAttributeValues: { ':now': this.#clock.now().getTime() },
      ReturnValues: 'ALL_OLD',
    });
    try {
      const { Attributes } = await wrapAwsErrors('DynamoDB', this.#client.send(command));
      return Attributes && { owner: String(Attributes.owner), all: Attributes.all === true };
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  async addSocket(connectionId: string, watch: Watch): Promise<void> {
    const connectedAtMs = this.#clock.now().getTime();
    const watched = watchKey(watch);
    // Its own item first: without that one nothing could remove the other.
    await this.#put(socketKey(connectionId), connectedAtMs + SOCKET_MS, { watched });
    await this.#put({ key: watched, entry: connectionId }, connectedAtMs + SOCKET_MS, { connectedAtMs });
  }

  /** Removing it again changes nothing. */
  async removeSocket(connectionId: string): Promise<void> {
    const watched = await this.#delete(socketKey(connectionId), 'watched');
    if (watched !== undefined) await this.#delete({ key: String(watched), entry: connectionId });
  }

  /** The sockets that watch the images of an owner; without one, those that watch the images of everybody. */
  async *socketsFor(owner: string | null): AsyncIterable<Socket> {
    const keys = [watchKey({ owner: '', all: true })];
    if (owner !== null) keys.unshift(watchKey({ owner, all: false }));
    for (const key of keys) yield* this.#socketsUnder(key);
  }

  async *#socketsUnder(key: string): AsyncIterable<Socket> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        ...this.#table,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': LIVE_TABLE_KEY.partitionKey },
        ExpressionAttributeValues: { ':key': key },
        // Otherwise the first messages after the connection would miss it.
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of wrapPageErrors('DynamoDB', pages)) {
      for (const { entry, connectedAtMs } of Items) {
        yield { connectionId: String(entry), connectedAtMs: Number(connectedAtMs) };
      }
    }
  }

  async #put(key: ItemKey, expiresAtMs: number, fields: Record<string, unknown>): Promise<void> {
    const ttl = { [LIVE_TTL_ATTRIBUTE]: Math.ceil(expiresAtMs / 1000) };
    const command = new PutCommand({ ...this.#table, Item: { ...key, ...ttl, ...fields } });
    await wrapAwsErrors('DynamoDB', this.#client.send(command));
  }

  /** @returns a field that the item had */
  async #delete(key: ItemKey, field?: string): Promise<unknown> {
    const command = new DeleteCommand({ ...this.#table, Key: key, ReturnValues: 'ALL_OLD' });
    const { Attributes } = await wrapAwsErrors('DynamoDB', this.#client.send(command));
    return field === undefined ? undefined : Attributes?.[field];
  }
}

type ItemKey = Record<(typeof LIVE_TABLE_KEY)['partitionKey' | 'sortKey'], string>;

function ticketKey(ticket: string): ItemKey {
  return { key: `ticket#${createHash('sha256').update(ticket).digest('base64url')}`, entry: 'ticket' };
}

function socketKey(connectionId: string): ItemKey {
  return { key: `socket#${connectionId}`, entry: 'socket' };
}

/** The key under which the sockets of a watch are. An owner's id has no `#`. */
function watchKey({ owner, all }: Watch): string {
  return all ? 'watch#everybody' : `watch#owner#${owner}`;
}
