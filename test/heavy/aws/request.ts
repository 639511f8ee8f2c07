import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  json<T>(): T;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** For which the request is, if not for the host of the URL. The emulator goes by this, and not by DNS. */
  host?: string;
}

/** Sends a request to the emulator. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, body, host }: Sent = {},
): Promise<Answer> {
  const forHost = host === undefined ? headers : { ...headers, host };
  // Otherwise Node would expect a certificate for that host.
  const sent = request(url, { method, headers: forHost, servername: 'localhost' });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const received = await buffer(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: received,
    json: <T>() => JSON.parse(received.toString()) as T,
  };
}
