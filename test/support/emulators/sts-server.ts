import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Loopback, listen } from './loopback.ts';

export interface StsServer extends Loopback {
  /** What has been asked for so far. */
  requests: URLSearchParams[];
}

/** An STS server that lets anybody assume any role; the n-th session signs as `ASIASESSION{n}`. */
export async function startSts(sessionS: number): Promise<StsServer> {
  const requests: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    requests.push(new URLSearchParams((await buffer(request)).toString()));
    const expiration = new Date(Date.now() + sessionS * 1000).toISOString();
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ASIASESSION${requests.length}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
      <SessionToken>token</SessionToken><Expiration>${expiration}</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  });
  return { ...(await listen(server)), requests };
}
