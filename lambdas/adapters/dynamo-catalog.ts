import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { INDEXES, SECTIONS, SHARDS } from '../../core/catalog-layout.ts';
import type { UnprocessableMessage } from '../../core/pipeline/record.ts';
import type { Catalog } from '../../core/ports.ts';
import { dynamoListing } from './dynamo-listing.ts';
import { addedTo, begun, quotaKeyOf } from './dynamo-quotas.ts';
import { dynamoRecords, uploadKeyOf } from './dynamo-records.ts';
import { DynamoTable, type Item, type Query } from './dynamo-table.ts';
import { merged } from './merge.ts';

/** The partition of the unprocessable messages. It stays small: no release of Darkroom writes such messages. */
const UNPROCESSABLE = 'unprocessable';

/** The catalog in one DynamoDB table; see core/catalog-layout.ts for its keys and indexes. */
export function dynamoCatalog(client: DynamoDBDocumentClient, tableName: string): Catalog {
  const table = new DynamoTable(client, tableName);

  /** The image ids of an index, shard by shard. All shards are queried at the same time. */
  async function* idsOf(shards: readonly string[], query: Query): AsyncIterable<string> {
    const items = shards.map((shard) => {
      const ExpressionAttributeValues = { ...query.ExpressionAttributeValues, ':shard': shard };
      return table.query<{ imageId: string }>({ ...query, ExpressionAttributeValues });
    });
    for await (const { imageId } of merged(items, () => 0)) yield imageId;
  }

  return {
    ...dynamoRecords(table),
    ...dynamoListing(table),

    due(now) {
      const { indexName, partitionKey, sortKey } = INDEXES.due;
      const shards = Object.values(SECTIONS).flatMap((section) => SHARDS.map((digit) => digit + section));
      return idsOf(shards, {
        IndexName: indexName,
        KeyConditionExpression: '#partition = :shard AND #sort <= :now',
        ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
        ExpressionAttributeValues: { ':now': now },
      });
    },

    failed() {
      const { indexName, partitionKey } = INDEXES.failed;
      return idsOf(SHARDS, {
        IndexName: indexName,
        KeyConditionExpression: '#partition = :shard',
        ExpressionAttributeNames: { '#partition': partitionKey },
      });
    },

    async countUse(counter, day, wanted, quota) {
      const tries = [addedTo, begun, addedTo];
      for (const expressions of tries) {
        if (await table.update(quotaKeyOf(counter), expressions(day, wanted, quota))) return true;
      }
      return false;
    },

    async putUpload(uploadId, { imageId, owner }) {
      await table.put({ ...uploadKeyOf(uploadId), uploaded: imageId, owner });
    },

    async findUpload(uploadId) {
      const item = await table.get(uploadKeyOf(uploadId));
      return item && { imageId: String(item.uploaded), owner: String(item.owner) };
    },

    async putUnprocessableMessage(unprocessable) {
      await table.put({ ...unprocessable, imageId: UNPROCESSABLE, entry: unprocessable.messageId });
    },

    async *unprocessableMessages() {
      const items = table.query<UnprocessableMessage & Item>({
        KeyConditionExpression: 'imageId = :kind',
        ExpressionAttributeValues: { ':kind': UNPROCESSABLE },
        ConsistentRead: true,
      });
      for await (const { imageId: _, entry: __, ...unprocessable } of items) yield unprocessable;
    },

    async removeUnprocessableMessage(messageId) {
      await table.delete({ imageId: UNPROCESSABLE, entry: messageId });
    },
  };
}
