import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Loopback, listen } from './loopback.ts';

export interface ScriptedAnswer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

export interface ScriptedServer extends Loopback {
  /** The bodies of all requests so far. */
  requests: string[];
}

/** A server that gives the answers of a script one after the other, and the last one for ever. */
export async function startScripted(...script: ScriptedAnswer[]): Promise<ScriptedServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const answer = script[Math.min(requests.length, script.length - 1)];
    requests.push((await buffer(request)).toString());
    response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body);
  });
  return { ...(await listen(server)), requests };
}

/** An error as DynamoDB and SQS report it. */
export function jsonError(status: number, name: string): ScriptedAnswer {
  const body = JSON.stringify({ __type: `com.amazonaws#${name}`, message: 'irrelevant' });
  return { status, body, headers: { 'content-type': 'application/x-amz-json-1.0' } };
}

/** An error as S3 reports it. */
export function xmlError(status: number, name: string): ScriptedAnswer {
  const body = `<?xml version="1.0"?><Error><Code>${name}</Code><Message>irrelevant</Message></Error>`;
  return { status, body, headers: { 'content-type': 'application/xml' } };
}
