import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { addUser } from '../../../cli/users/add-user.ts';
import { ask } from './request.ts';

const PASSWORD = 'Correct-horse-7-battery';

export interface Pool {
  userPoolId: string;
  clientId: string;
  /** Where the app is. */
  callback: string;
}

/** The tokens of a user. */
interface Tokens {
  access_token: string;
  id_token: string;
}

/** Invites a user as `darkroom users add` does, and gives it the password that it would choose. */
export async function invite({ userPoolId }: Pool, email: string, isAdministrator = false): Promise<void> {
  const client = new CognitoIdentityProviderClient();
  await addUser(client, userPoolId, email, isAdministrator);
  const password = { UserPoolId: userPoolId, Username: email, Password: PASSWORD, Permanent: true };
  await client.send(new AdminSetUserPasswordCommand(password));
}

/** Logs in as a browser does: the login page, a code, and its exchange with the verifier of PKCE. */
export async function logIn({ clientId, callback }: Pool, email: string): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid email profile darkroom/upload darkroom/read',
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
  const page = await ask(`${endpoint}/oauth2/authorize?${query}`);
  assert.equal(page.status, 200, page.body.toString());
  const form = new URLSearchParams(hiddenFields(page.body.toString()));
  form.set('username', email);
  form.set('password', PASSWORD);
  const loggedIn = await post(`${endpoint}/login`, form);
  const code = new URL(loggedIn.headers.location ?? 'http://nowhere').searchParams.get('code') ?? '';
  assert.notEqual(code, '', loggedIn.body.toString().slice(0, 500));

  const exchange = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: callback, code };
  const refused = await post(`${endpoint}/oauth2/token`, { ...exchange, code_verifier: `${verifier}x` });
  assert.equal(refused.status, 400, 'a code without its verifier is worth nothing');
  const again =
    refused.json<{ error: string }>().error === 'invalid_grant' ? await codeOf(form, endpoint) : code;
  const tokens = await post(`${endpoint}/oauth2/token`, {
    ...exchange,
    code: again,
    code_verifier: verifier,
  });
  assert.equal(tokens.status, 200, tokens.body.toString());
  return tokens.json<Tokens>();
}

/** A token of a machine, by its secret. */
export async function machineToken({ userPoolId }: Pool, scope: string, clientId: string): Promise<string> {
  const describe = new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId });
  const { UserPoolClient } = await new CognitoIdentityProviderClient().send(describe);
  const answer = await post(`${process.env.AWS_ENDPOINT_URL}/oauth2/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: UserPoolClient?.ClientSecret ?? '',
    scope,
  });
  assert.equal(answer.status, 200, answer.body.toString());
  return answer.json<Tokens>().access_token;
}

/** A code that a wrong verifier was tried on is spent. */
async function codeOf(form: URLSearchParams, endpoint: string): Promise<string> {
  const { headers } = await post(`${endpoint}/login`, form);
  return new URL(headers.location ?? 'http://nowhere').searchParams.get('code') ?? '';
}

function post(url: string, fields: URLSearchParams | Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return ask(url, { method: 'POST', headers, body: new URLSearchParams(fields).toString() });
}

function hiddenFields(page: string): [string, string][] {
  return [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => {
    const [, name = ''] = /name="([^"]*)"/.exec(input) ?? [];
    const [, value = ''] = /value="([^"]*)"/.exec(input) ?? [];
    return [name, value.replaceAll('&amp;', '&')];
  });
}
