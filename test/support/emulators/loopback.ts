import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback interface, on a port that was free. */
export interface Loopback {
  url: string;
  close(): Promise<void>;
}

export async function listen(server: Server): Promise<Loopback> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
