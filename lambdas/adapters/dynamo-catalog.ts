import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { INDEXES, SHARDS, TABLE_KEY } from '../../core/catalog-layout.ts';
import type { ImageRecord, UnprocessableMessage } from '../../core/pipeline/record.ts';
import type { Catalog } from '../../core/ports.ts';
import { isConditionFailed, wrapAwsErrors, wrapPageErrors } from './aws-errors.ts';
import { expressionsOf, type IndexKeys, indexKeysOf } from './catalog-expressions.ts';

/** An item of the table: a record, and the keys that are not part of it. */
type Item<T> = T & IndexKeys & { entry: string };

const CURRENT = 'current';
const RUN_PREFIX = 'run#';
/** The partition of the unprocessable messages. It stays small: no release of Darkroom writes such messages. */
const UNPROCESSABLE = 'unprocessable';

/** The catalog in one DynamoDB table; see core/catalog-layout.ts for its keys and indexes. */
export function dynamoCatalog(client: DynamoDBDocumentClient, tableName: string): Catalog {
  const table = { TableName: tableName };

  /** Puts an item unless there is one; false where there is. */
  async function put(item: Record<string, unknown>): Promise<boolean> {
    const command = new PutCommand({
      ...table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#partition)',
      ExpressionAttributeNames: { '#partition': TABLE_KEY.partitionKey },
    });
    const answer = await unlessConditionFailed(wrapAwsErrors('DynamoDB', client.send(command)));
    return answer !== undefined;
  }

  async function* query<T>(input: Omit<QueryCommandInput, 'TableName'>): AsyncIterable<T> {
    const pages = paginateQuery({ client }, { ...table, ...input });
    for await (const { Items = [] } of wrapPageErrors('DynamoDB', pages)) yield* Items as T[];
  }

  /** The image ids of an index, shard by shard. */
  async function* idsOf(
    indexName: string,
    input: Omit<QueryCommandInput, 'TableName'>,
  ): AsyncIterable<string> {
    for (const shard of SHARDS) {
      const ExpressionAttributeValues = { ...input.ExpressionAttributeValues, ':shard': shard };
      const items = query<{ imageId: string }>({ ...input, IndexName: indexName, ExpressionAttributeValues });
      for await (const { imageId } of items) yield imageId;
    }
  }

  return {
    async get(imageId) {
      const command = new GetCommand({ ...table, Key: keyOf(imageId), ConsistentRead: true });
      const { Item } = await wrapAwsErrors('DynamoDB', client.send(command));
      return Item && recordOf(Item as Item<ImageRecord>);
    },

    create(record) {
      return put({ ...record, ...indexKeysOf(record), entry: CURRENT });
    },

    async update(imageId, guard, change) {
      const command = new UpdateCommand({
        ...table,
        Key: keyOf(imageId),
        ...expressionsOf(imageId, guard, change),
        ReturnValues: 'ALL_NEW',
      });
      const answer = await unlessConditionFailed(wrapAwsErrors('DynamoDB', client.send(command)));
      return answer && recordOf(answer.Attributes as Item<ImageRecord>);
    },

    async archive(record) {
      await put({ ...record, entry: RUN_PREFIX + String(record.run).padStart(4, '0') });
    },

    async history(imageId) {
      const items = query<Item<ImageRecord>>({
        KeyConditionExpression: '#partition = :imageId AND begins_with(#sort, :run)',
        ExpressionAttributeNames: { '#partition': TABLE_KEY.partitionKey, '#sort': TABLE_KEY.sortKey },
        ExpressionAttributeValues: { ':imageId': imageId, ':run': RUN_PREFIX },
        ConsistentRead: true,
      });
      const runs: ImageRecord[] = [];
      for await (const item of items) runs.push(recordOf(item));
      return runs;
    },

    due(now) {
      const { indexName, partitionKey, sortKey } = INDEXES.due;
      return idsOf(indexName, {
        KeyConditionExpression: '#partition = :shard AND #sort <= :now',
        ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
        ExpressionAttributeValues: { ':now': now },
      });
    },

    failed() {
      const { indexName, partitionKey } = INDEXES.failed;
      return idsOf(indexName, {
        KeyConditionExpression: '#partition = :shard',
        ExpressionAttributeNames: { '#partition': partitionKey },
      });
    },

    async putUnprocessableMessage(unprocessable) {
      await put({ ...unprocessable, imageId: UNPROCESSABLE, entry: unprocessable.messageId });
    },

    async *unprocessableMessages() {
      const items = query<Item<UnprocessableMessage & { imageId: string }>>({
        KeyConditionExpression: '#partition = :kind',
        ExpressionAttributeNames: { '#partition': TABLE_KEY.partitionKey },
        ExpressionAttributeValues: { ':kind': UNPROCESSABLE },
        ConsistentRead: true,
      });
      for await (const { imageId: _, entry: __, ...unprocessable } of items) yield unprocessable;
    },

    async removeUnprocessableMessage(messageId) {
      const command = new DeleteCommand({ ...table, Key: { imageId: UNPROCESSABLE, entry: messageId } });
      await wrapAwsErrors('DynamoDB', client.send(command));
    },
  };
}

function keyOf(imageId: string) {
  return { imageId, entry: CURRENT };
}

function recordOf(item: Item<ImageRecord>): ImageRecord {
  const { entry, shard, failedShard, ownerShard, recipeShard, ...record } = item;
  return record;
}

async function unlessConditionFailed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}
