import { documentClient } from '../../lambdas/shared/clients.ts';
import { dynamoCatalog } from '../../lambdas/shared/dynamo-catalog.ts';
import { describeCatalogContract } from './catalog-contract.ts';
import { stubAwsEnvironment } from './emulators/aws-environment.ts';
import { startDynamo } from './emulators/dynamo-server.ts';

const TABLE = 'catalog';

describeCatalogContract('DynamoDB', async () => {
  stubAwsEnvironment({});
  const server = await startDynamo(TABLE);
  stubAwsEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: server.url });
  const client = documentClient();
  return {
    catalog: dynamoCatalog(client, TABLE),
    async close() {
      client.destroy();
      await server.close();
    },
  };
});
