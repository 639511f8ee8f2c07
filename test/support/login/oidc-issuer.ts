import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listen } from '../emulators/loopback.ts';

/** A key of the issuer, and the name by which tokens refer to it. */
interface SigningKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/** Claims of a token. One that is undefined is left out. */
type Claims = Record<string, unknown>;

interface TokenOptions {
  header?: Record<string, unknown>;
  /** A key other than the issuer's newest. */
  key?: SigningKey;
}

/** An OpenID provider of our own on loopback: discovery, keys, and tokens with any claims. */
export interface OidcIssuer {
  /** The issuer, as it stands in `iss`. */
  url: string;
  /** The paths that were requested, in order. */
  requests: string[];
  /** Answers 503 while false. */
  answers: boolean;
  /** Who logs in next at `/authorize`, without being asked. */
  subject: string;
  /** The groups of whoever logs in next. */
  groups: readonly string[];
  /** Overrides fields of the discovery document. */
  discovery: Record<string, unknown>;
  /** An access token of an hour for `sub: jo` and `aud: darkroom`, unless the claims say otherwise. */
  token(claims?: Claims, options?: TokenOptions): Promise<string>;
  /** Begins to sign with a new key, and withdraws the others. */
  rotate(alg?: string): Promise<SigningKey>;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<OidcIssuer> {
  let key = await makeKey('RS256', 1);
  let made = 1;
  const server = createServer((request, response) => {
    const { url = '' } = request;
    issuer.requests.push(url);
    if (!issuer.answers) response.writeHead(503).end();
    else if (url.startsWith('/authorize?')) authorize(new URL(url, issuer.url).searchParams, response);
    else answer(url, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const { url, close } = await listen(server);
  const issuer: OidcIssuer = {
    url,
    requests: [],
    answers: true,
    subject: 'jo',
    groups: [],
    discovery: {},
    token: (claims = {}, options = {}) => sign(options.key ?? key, { ...defaults(url), ...claims }, options),
    async rotate(alg = 'RS256') {
      made += 1;
      key = await makeKey(alg, made);
      return key;
    },
    close,
  };

  const logins = new Map<string, { subject: string; groups: readonly string[]; challenge: string }>();

  /** Sends the user back at once, logged in. */
  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = `code-${logins.size}`;
    logins.set(code, {
      subject: issuer.subject,
      groups: issuer.groups,
      challenge: query.get('code_challenge') ?? '',
    });
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  }

  /** A token for a code, to whoever knows what its challenge was made of (RFC 7636). */
  async function exchange(request: IncomingMessage): Promise<unknown> {
    const form = new URLSearchParams(await text(request));
    const login = logins.get(form.get('code') ?? '');
    const digest = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (login === undefined || digest !== login.challenge) return undefined;
    logins.delete(form.get('code') ?? '');
    return {
      access_token: await issuer.token({ sub: login.subject, groups: login.groups }),
      token_type: 'Bearer',
    };
  }

  async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const documents: Record<string, () => unknown> = {
      '/.well-known/openid-configuration': () => ({
        issuer: url,
        jwks_uri: `${url}/keys`,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        ...issuer.discovery,
      }),
      '/token': () => exchange(request),
      '/keys': async () => {
        const jwk = await exportJWK(key.publicKey);
        return { keys: [{ ...jwk, kid: key.kid, alg: key.alg, use: 'sig' }] };
      },
    };
    const body = await documents[path]?.();
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    });
    response.end(JSON.stringify(body ?? {}));
  }
  return issuer;
}

function defaults(issuer: string): Claims {
  const nowS = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: 'darkroom', sub: 'jo', iat: nowS, exp: nowS + 3600 };
}

async function makeKey(alg: string, number: number): Promise<SigningKey> {
  return { kid: `key-${number}`, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

async function sign({ kid, alg, privateKey }: SigningKey, claims: Claims, { header = {} }: TokenOptions) {
  return new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}
