import { buildApp } from 'fauxqs';
import type { Loopback } from './loopback.ts';

/** A server of SQS and SNS; `startFauxqs` would listen on every interface. */
export async function startSqsAndSns(): Promise<Loopback> {
  const app = buildApp({ logger: false });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}
