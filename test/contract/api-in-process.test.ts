import { createApi } from '../../core/http/app.ts';
import { describeApiContract } from './api-contract.ts';

describeApiContract('in process', async (dependencies) => {
  const app = createApi(dependencies);
  return { fetch: async (request) => app.fetch(request), close: async () => {} };
});
