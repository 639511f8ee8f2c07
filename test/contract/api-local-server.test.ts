import { LiveHub } from '../../local/server/live-hub.ts';
import { LocalServer } from '../../local/server/local-server.ts';
import { mountedApi } from '../../local/server/mounted-api.ts';
import { LOOPBACK_ONLY } from '../../local/server/network-access.ts';
import { serveFolder } from '../support/local/served-folder.ts';
import { describeApiContract } from './api-contract.ts';

describeApiContract('the local server', async (dependencies) => {
  const served = await serveFolder();
  await served.server.close();
  const { address } = served.folder;
  const { onError } = dependencies;
  const server = new LocalServer({
    port: 0,
    network: LOOPBACK_ONLY,
    address,
    app: mountedApi(dependencies),
    live: new LiveHub(),
    onError,
  });
  await server.listen();
  return {
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const body = request.body === null ? {} : { body: await request.arrayBuffer() };
      return fetch(address.origin + pathname + search, { method, headers, ...body });
    },
    async close() {
      await server.close();
      await served.close();
    },
  };
});
