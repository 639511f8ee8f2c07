import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransientError, UnauthenticatedError } from '../../../../core/errors.ts';
import { type TokenSettings, tokenAuthenticator } from '../../../../core/http/authenticate.ts';
import { type OidcIssuer, startIssuer } from '../../../support/login/oidc-issuer.ts';

let issuer: OidcIssuer;

beforeEach(async () => {
  issuer = await startIssuer();
});

afterEach(async () => {
  vi.useRealTimers();
  await issuer.close();
});

function authenticator(settings: Partial<TokenSettings> = {}) {
  const authenticate = tokenAuthenticator({ issuer: issuer.url, audience: 'darkroom', ...settings });
  return (token: string) => authenticate(requestWith(`Bearer ${token}`));
}

function requestWith(authorization?: string): Request {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return new Request('http://localhost/api/v1/me', { headers });
}

const nowS = () => Math.floor(Date.now() / 1000);

describe('a valid access token', () => {
  it('stands for its user', async () => {
    const token = await issuer.token({ sub: 'jo-1', name: 'Jo' });
    expect(await authenticator()(token)).toEqual({ kind: 'user', id: 'jo-1', name: 'Jo' });
  });

  it.each(['ES256', 'PS512', 'EdDSA'])('may be signed with %s', async (alg) => {
    await issuer.rotate(alg);
    expect(await authenticator()(await issuer.token())).toMatchObject({ id: 'jo' });
  });

  it('may have several audiences, and so may we', async () => {
    const token = await issuer.token({ aud: ['calendar', 'darkroom'] });
    expect(await authenticator({ audience: ['other', 'darkroom'] })(token)).toMatchObject({ id: 'jo' });
  });

  it('is accepted 30 s beyond its times, as clocks differ', async () => {
    const late = await issuer.token({ exp: nowS() - 25 });
    const early = await issuer.token({ nbf: nowS() + 25 });
    for (const token of [late, early]) expect(await authenticator()(token)).toMatchObject({ id: 'jo' });
  });

  it('is judged by the given clock', async () => {
    const clock = { now: () => new Date('2030-01-01T00:00:00Z') };
    const token = await issuer.token({ exp: Date.parse('2030-01-01T00:10:00Z') / 1000 });
    expect(await authenticator({ clock })(token)).toMatchObject({ id: 'jo' });
    await expect(authenticator({ clock })(await issuer.token())).rejects.toThrow(
      /^The token expired at \d{4}-/,
    );
  });

  it.each([['cognito:groups'], ['groups']])('makes an administrator by %s', async (claim) => {
    const token = await issuer.token({ [claim]: ['staff', 'administrators'] });
    expect(await authenticator()(token)).toMatchObject({ kind: 'administrator', id: 'jo' });
    const other = await issuer.token({ [claim]: ['not-administrators'] });
    expect(await authenticator()(other)).toMatchObject({ kind: 'user' });
  });

  it.each([
    [{ preferred_username: 'joanna', email: 'jo@example.com' }, 'joanna'],
    [{ email: 'jo@example.com' }, 'jo@example.com'],
    [{ sub: 'a-1', username: 'a-1' }, null],
    [{ name: ['Jo'] }, null],
  ])('with %j is shown as %s', async (claims, name) => {
    expect(await authenticator()(await issuer.token(claims))).toMatchObject({ name });
  });

  it.each(['auth0|5f1', 'a/../b', 'é', 'x'.repeat(65)])(
    'has an id for keys where its subject is %s',
    async (sub) => {
      const { id } = await authenticator()(await issuer.token({ sub }));
      expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(await authenticator()(await issuer.token({ sub }))).toMatchObject({ id });
      expect(await authenticator()(await issuer.token({ sub: `${sub}?` }))).not.toMatchObject({ id });
    },
  );
});

describe('a machine', () => {
  it('is known by its client id, and has the scopes of its token', async () => {
    const token = await issuer.token({
      sub: 'ci',
      client_id: 'ci',
      scope: 'darkroom/upload openid read write',
    });
    const scopes = ['upload', 'read'];
    expect(await authenticator()(token)).toEqual({ kind: 'machine', id: 'ci', name: null, scopes });
  });

  it.each([
    ['Auth0', { sub: 'ci@clients', azp: 'ci', gty: 'client-credentials', scope: 'read' }, ['read']],
    ['Okta', { sub: 'ci', cid: 'ci', scp: ['upload'] }, ['upload']],
    ['one without scopes', { sub: 'ci', client_id: 'ci' }, []],
    ['one with scopes of another server', { sub: 'ci', client_id: 'ci', scope: 'other/read reader' }, []],
  ])('of %s', async (_, claims, scopes) => {
    expect(await authenticator()(await issuer.token(claims))).toMatchObject({
      kind: 'machine',
      id: 'ci',
      scopes,
    });
  });

  it('is no administrator, whatever its groups', async () => {
    const token = await issuer.token({ sub: 'ci', client_id: 'ci', groups: ['administrators'] });
    expect(await authenticator()(token)).toMatchObject({ kind: 'machine' });
  });
});

describe('a token of Cognito, which has no audience', () => {
  const cognito = { aud: undefined, token_use: 'access', client_id: 'app' };

  it('is accepted from a client that is admitted', async () => {
    const authenticate = authenticator({ audience: ['app', 'ci'] });
    expect(await authenticate(await issuer.token(cognito))).toMatchObject({ kind: 'user', id: 'jo' });
  });

  it.each([['other'], [undefined], ['']])('is refused from the client %s', async (client_id) => {
    const token = await issuer.token({ ...cognito, client_id });
    await expect(authenticator({ audience: ['app', 'ci'] })(token)).rejects.toThrow(
      new UnauthenticatedError('The token belongs to a client that this deployment does not admit.'),
    );
  });

  it('is not saved by its client if it has another audience', async () => {
    const token = await issuer.token({ ...cognito, aud: 'other' });
    await expect(authenticator({ audience: 'app' })(token)).rejects.toThrow(/another audience/);
  });
});

describe('what is refused', () => {
  const refused: [what: string, make: () => Promise<string>, message: RegExp][] = [
    ['expired', () => issuer.token({ exp: nowS() - 31 }), /^The token expired at .*Z\. Log in again/],
    ['not valid yet', () => issuer.token({ nbf: nowS() + 60 }), /not valid yet/],
    ['without expiry', () => issuer.token({ exp: undefined }), /no time of expiry/],
    ['of nobody', () => issuer.token({ sub: undefined }), /names nobody/],
    ['of an empty subject', () => issuer.token({ sub: '' }), /names nobody/],
    ['for another audience', () => issuer.token({ aud: 'other' }), /another audience/],
    ['for an audience that begins alike', () => issuer.token({ aud: 'darkroom2' }), /another audience/],
    ['of another issuer', () => issuer.token({ iss: 'https://other.example' }), /another issuer/],
    ['an ID token of Cognito', () => issuer.token({ token_use: 'id' }), /Expected an access token/],
    ['an ID token with a nonce', () => issuer.token({ nonce: 'n' }), /Expected an access token/],
    ['an ID token with at_hash', () => issuer.token({ at_hash: 'h' }), /Expected an access token/],
    ['an ID token of Keycloak', () => issuer.token({ typ: 'ID' }), /Expected an access token/],
    [
      'of another type',
      () => issuer.token({}, { header: { typ: 'logout+jwt' } }),
      /Expected an access token/,
    ],
    [
      'signed by a key without a name that matches',
      () => issuer.token({}, { header: { kid: 'x' } }),
      /a key/,
    ],
    [
      'unsigned',
      async () => new UnsecuredJWT({ sub: 'jo' }).setIssuer(issuer.url).encode(),
      /algorithm|signed/,
    ],
    ['no JWT', async () => 'abc', /Expected a signed JSON Web Token/],
    ['a JWT with three broken parts', async () => 'a.b.c', /Expected a signed JSON Web Token/],
  ];

  it.each(refused)('%s', async (_, make, message) => {
    const asked = authenticator()(await make());
    await expect(asked).rejects.toBeInstanceOf(UnauthenticatedError);
    await expect(asked).rejects.toThrow(message);
  });

  it('a token that was changed', async () => {
    const [header, , signature] = (await issuer.token()).split('.');
    const [, payload] = (await issuer.token({ sub: 'eve' })).split('.');
    const forged = authenticator()([header, payload, signature].join('.'));
    await expect(forged).rejects.toThrow(
      new UnauthenticatedError('The signature of the token is not valid.'),
    );
  });

  it('a token that is signed with the public key as a secret', async () => {
    const keys = await (await fetch(`${issuer.url}/keys`)).text();
    const forged = await new SignJWT({ sub: 'jo', aud: 'darkroom', iss: issuer.url, exp: nowS() + 60 })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(new TextEncoder().encode(keys));
    await expect(authenticator()(forged)).rejects.toThrow(/algorithm that is not accepted/);
  });

  it.each([
    [undefined, /received none/],
    ['Basic am86am8=', /received the scheme "Basic"/],
    ['Bearer', /Authorization: Bearer/],
    ['Bearer a b', /Authorization: Bearer/],
  ])('the header %s', async (authorization, message) => {
    const authenticate = tokenAuthenticator({ issuer: issuer.url, audience: 'darkroom' });
    const asked = authenticate(requestWith(authorization));
    await expect(asked).rejects.toBeInstanceOf(UnauthenticatedError);
    await expect(asked).rejects.toThrow(message);
    expect(issuer.requests).toEqual([]);
  });
});

describe('the keys of the provider', () => {
  it('are found by discovery and fetched once', async () => {
    const authenticate = authenticator();
    for (const sub of ['a', 'b', 'c']) await authenticate(await issuer.token({ sub }));
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('need no discovery where their address is given', async () => {
    await authenticator({ jwks: `${issuer.url}/keys` })(await issuer.token());
    expect(issuer.requests).toEqual(['/keys']);
  });

  it('are fetched again for an unknown key, but only after a pause', async () => {
    const authenticate = authenticator();
    await authenticate(await issuer.token());
    await issuer.rotate();
    const token = await issuer.token();
    await expect(authenticate(token)).rejects.toThrow(/a key that its issuer does not have/);
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] });
    expect(await authenticate(token)).toMatchObject({ id: 'jo' });
    expect(issuer.requests.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it.each([['discovery'], ['keys']])('fail for a while where %s does not answer', async (what) => {
    const authenticate = authenticator(what === 'keys' ? { jwks: `${issuer.url}/keys` } : {});
    const token = await issuer.token();
    issuer.answers = false;
    await expect(authenticate(token)).rejects.toBeInstanceOf(TransientError);
    issuer.answers = true;
    expect(await authenticate(token)).toMatchObject({ id: 'jo' });
  });

  it('fail for a while where nobody listens', async () => {
    const token = await issuer.token();
    for (const settings of [{}, { jwks: 'http://127.0.0.1:9/keys' }]) {
      const authenticate = tokenAuthenticator({ issuer: 'http://127.0.0.1:9', audience: 'a', ...settings });
      await expect(authenticate(requestWith(`Bearer ${token}`))).rejects.toBeInstanceOf(TransientError);
    }
  });

  it.each([
    [{ issuer: 'https://other.example' }, /expected the issuer http:.*received "https:\/\/other\.example"/],
    [{ jwks_uri: 7 }, /expected the address jwks_uri, received 7/],
  ])('are not taken from a document with %j', async (discovery, message) => {
    issuer.discovery = discovery;
    await expect(authenticator()(await issuer.token())).rejects.toThrow(message);
  });
});
