import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EXPIRY_ATTRIBUTE } from '../../core/catalog-layout.ts';
import { EXPORT_KEPT_MS, type ExportChange, type ExportRecord } from '../../core/exports/export-record.ts';
import type { ExportStore } from '../../core/ports.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import { inParallel } from './merge.ts';

/** Beside the record of an image: the exports whose archives hold it. */
const HELD_PREFIX = 'export#';
const WRITES_AT_ONCE = 16;

/** The exports in the table of the catalog. DynamoDB deletes them some time after they expire. */
export function dynamoExports(client: DynamoDBDocumentClient, tableName: string): ExportStore {
  const table = new DynamoTable(client, tableName);
  return {
    async put(record) {
      await table.put({ ...keyOf(record.exportId), ...record, ...expiryOf(record) });
    },

    async get(exportId) {
      return recordIn(await table.get(keyOf(exportId)));
    },

    async update(exportId, from, change) {
      const fields = Object.entries({ ...change, ...expiryOf(change) });
      const states = from.map((state, index) => [`:from${index}`, state] as const);
      const updated = await table.update(keyOf(exportId), {
        UpdateExpression: `SET ${fields.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
        ConditionExpression: `#state IN (${states.map(([name]) => name).join(', ')})`,
        ExpressionAttributeNames: {
          '#state': 'state',
          ...Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
        },
        ExpressionAttributeValues: {
          ...Object.fromEntries(states),
          ...Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, value])),
        },
      });
      return recordIn(updated);
    },

    async hold({ exportId, items, expiresAt }) {
      const imageIds = [...new Set(items.map(({ imageId }) => imageId))];
      // The archive is kept for a day from its end on, which is later than what the record says now.
      const expiry = Math.ceil((Date.parse(expiresAt) + EXPORT_KEPT_MS) / 1000);
      await inParallel(imageIds, WRITES_AT_ONCE, (imageId) =>
        table.replace({ imageId, entry: HELD_PREFIX + exportId, [EXPIRY_ATTRIBUTE]: expiry }),
      );
    },

    async holding(imageId) {
      const items = table.query<{ entry: string }>({
        KeyConditionExpression: 'imageId = :imageId AND begins_with(entry, :held)',
        ExpressionAttributeValues: { ':imageId': imageId, ':held': HELD_PREFIX },
        ConsistentRead: true,
      });
      const exportIds: string[] = [];
      for await (const { entry } of items) exportIds.push(entry.slice(HELD_PREFIX.length));
      return exportIds;
    },
  };
}

function keyOf(exportId: string) {
  return { imageId: `export#${exportId}`, entry: 'export' };
}

/** In seconds, as DynamoDB wants it. */
function expiryOf({ expiresAt }: ExportChange): Item {
  return expiresAt === undefined ? {} : { [EXPIRY_ATTRIBUTE]: Math.ceil(Date.parse(expiresAt) / 1000) };
}

function recordIn(item: Item | undefined): ExportRecord | undefined {
  if (item === undefined) return undefined;
  const { imageId: _, entry: __, [EXPIRY_ATTRIBUTE]: ___, ...record } = item;
  return record as unknown as ExportRecord;
}
