import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { INDEXES, TABLE_KEY } from '../../../core/catalog-layout.ts';
import { type Loopback, listen } from './loopback.ts';

type Keys = { partitionKey: string; sortKey: string };

/** A DynamoDB server with the catalog's table in it. */
export async function startDynamo(tableName: string): Promise<Loopback> {
  const server = await listen(dynalite({ createTableMs: 0 }));
  const client = new DynamoDBClient({ endpoint: server.url });
  const indexes = Object.values(INDEXES);
  const names = new Set([TABLE_KEY, ...indexes].flatMap((keys) => [keys.partitionKey, keys.sortKey]));
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema(TABLE_KEY),
      GlobalSecondaryIndexes: indexes.map(({ indexName, ...keys }) => ({
        IndexName: indexName,
        KeySchema: keySchema(keys),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
  client.destroy();
  return server;
}

function keySchema({ partitionKey, sortKey }: Keys) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}
