import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EXPIRY_ATTRIBUTE } from '../../core/catalog-layout.ts';
import type { ExportChange, ExportRecord } from '../../core/exports/export-record.ts';
import type { ExportStore } from '../../core/ports.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';

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
