import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { TABLE_KEY } from '../../core/catalog-layout.ts';
import { TransientError } from '../../core/errors.ts';
import { isConditionFailed, wrapAwsErrors, wrapPageErrors } from './aws-errors.ts';

export type Item = Record<string, unknown>;
export type Query = Omit<QueryCommandInput, 'TableName'>;
type Key = { imageId: string; entry: string };

/** Most keys of one batch. */
export const BATCH_KEYS = 100;
/** DynamoDB leaves keys of a batch out where it is throttled or their items exceed 16 MB. */
const BATCH_TRIES = 5;
const BATCH_DELAY_MS = 50;

/** The commands that the catalog needs of its table. All throw TransientError while DynamoDB can't answer. */
export class DynamoTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: { TableName: string };

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#table = { TableName: tableName };
  }

  /** A consistent read. */
  async get(key: Key): Promise<Item | undefined> {
    const command = new GetCommand({ ...this.#table, Key: key, ConsistentRead: true });
    return (await wrapAwsErrors('DynamoDB', this.#client.send(command))).Item;
  }

  /** Puts an item unless there is one; false where there is. */
  async put(item: Key & Item): Promise<boolean> {
    const command = new PutCommand({
      ...this.#table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#partition)',
      ExpressionAttributeNames: { '#partition': TABLE_KEY.partitionKey },
    });
    return (await unlessConditionFailed(wrapAwsErrors('DynamoDB', this.#client.send(command)))) !== undefined;
  }

  /** Puts an item in the place of whatever there is. */
  async replace(item: Key & Item): Promise<void> {
    await wrapAwsErrors('DynamoDB', this.#client.send(new PutCommand({ ...this.#table, Item: item })));
  }

  /** The item after the update; undefined where its condition did not hold. */
  async update(key: Key, expressions: Partial<UpdateCommandInput>): Promise<Item | undefined> {
    const command = new UpdateCommand({ ...this.#table, Key: key, ...expressions, ReturnValues: 'ALL_NEW' });
    const answer = await unlessConditionFailed(wrapAwsErrors('DynamoDB', this.#client.send(command)));
    return answer?.Attributes;
  }

  async delete(key: Key): Promise<void> {
    await wrapAwsErrors('DynamoDB', this.#client.send(new DeleteCommand({ ...this.#table, Key: key })));
  }

  async *query<T>(query: Query): AsyncGenerator<T> {
    const pages = paginateQuery({ client: this.#client }, { ...this.#table, ...query });
    for await (const { Items = [] } of wrapPageErrors('DynamoDB', pages)) yield* Items as T[];
  }

  /** How many items a query finds; stops soon after `most`. */
  async count(query: Query, most = Number.POSITIVE_INFINITY): Promise<number> {
    let count = 0;
    let next: Item | undefined;
    do {
      const start = next ? { ExclusiveStartKey: next } : {};
      const command = new QueryCommand({ ...this.#table, ...query, ...start, Select: 'COUNT' });
      const answer = await wrapAwsErrors('DynamoDB', this.#client.send(command));
      count += answer.Count ?? 0;
      next = answer.LastEvaluatedKey;
    } while (next && count <= most);
    return count;
  }

  /** The items that there are of up to {@link BATCH_KEYS} keys, in any order. May lag. */
  async batchGet(keys: readonly Key[]): Promise<Item[]> {
    const { TableName } = this.#table;
    const items: Item[] = [];
    let left: Item[] = [...keys];
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === BATCH_TRIES) {
        throw new TransientError('UNPROCESSED_KEYS', `DynamoDB left ${left.length} keys of a batch unread.`);
      }
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, BATCH_DELAY_MS * 2 ** (tries - 1)));
      const command = new BatchGetCommand({ RequestItems: { [TableName]: { Keys: left } } });
      const { Responses, UnprocessedKeys } = await wrapAwsErrors('DynamoDB', this.#client.send(command));
      items.push(...(Responses?.[TableName] ?? []));
      left = UnprocessedKeys?.[TableName]?.Keys ?? [];
    }
    return items;
  }
}

async function unlessConditionFailed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}
