import assert from 'node:assert/strict';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { type ApiSettings, readApiSettings } from '../../../core/api-settings.ts';
import type { LiveMessage } from '../../../core/pipeline/messages/live.ts';
import type { SignedForm } from '../../../core/ports.ts';
import { sample } from '../../support/fixtures/pictures.ts';
import { askApp } from './app.ts';
import type { Deployment } from './deployment.ts';
import { LiveClient } from './live-client.ts';
import { invite, logIn, machineToken, type Pool } from './login.ts';
import { ask } from './request.ts';
import { physicalId, type Resource } from './stack.ts';

/*
 * A user logs in, uploads by a signed form, and sees by WebSocket what happens to the image.
 *
 * MiniStack differs from AWS in three ways here. It writes AWS's own address into tokens, so the function of the API is
 * told where the keys are; it serves sockets under another host, so the function of live updates is told where; and it
 * answers heartbeats without the route response that AWS needs (test/infra/http.test.ts holds us to that).
 */
export async function checkApi(deployment: Deployment): Promise<Session> {
  const { resources } = deployment;
  const settings = await adaptToEmulator(resources);
  const pool: Pool = {
    userPoolId: physicalId(resources, 'AWS::Cognito::UserPool', 'HttpLoginUsers'),
    clientId: settings.clientId ?? '',
    callback: `${deployment.outputs.AppUrl}/`,
  };
  const api = apiOf(deployment.outputs.AppUrl);
  await invite(pool, 'jo@example.com');
  await invite(pool, 'eve@example.com');
  const jo = await logIn(pool, 'jo@example.com');
  const eve = await logIn(pool, 'eve@example.com');

  const nobody = await api('GET', '/me');
  assert.equal(nobody.status, 401);
  assert.equal(nobody.headers['www-authenticate'], 'Bearer');
  assert.equal((await api('GET', '/me', jo.id_token)).status, 401, 'an ID token is no access token');
  assert.equal((await api('GET', '/me', jo.access_token)).json<{ kind: string }>().kind, 'user');

  const machine = await machineToken(
    pool,
    'darkroom/read',
    physicalId(resources, 'AWS::Cognito::UserPoolClient', 'HttpLoginMachineci'),
  );
  assert.deepEqual((await api('GET', '/me', machine)).json<{ scopes: string[] }>().scopes, ['read']);
  const file = { name: 'a.jpg', bytes: 1, type: 'image/jpeg' };
  assert.equal((await api('POST', '/uploads', machine, { files: [file] })).status, 403, 'it may only read');

  const { ticket } = (await api('POST', '/live/tickets', jo.access_token, {})).json<{ ticket: string }>();
  const live = await LiveClient.open(resources, ticket);
  await assert.rejects(LiveClient.open(resources, ticket), 'a ticket works once');
  await live.ping();

  const { imageId, messages } = await uploadAndWatch(api, jo.access_token, live);
  assert.ok(messages.length >= 3, `expected several messages, received ${JSON.stringify(messages)}`);
  const image = (await api('GET', `/images/${imageId}`, jo.access_token)).json<{
    state: string;
    source: { key: string };
  }>();
  assert.equal(image.state, 'COMPLETE');
  await deployment.subscriber.expect('image.completed', [image.source.key]);
  assert.equal((await api('GET', `/images/${imageId}`, eve.access_token)).status, 404);

  const links = await api('POST', '/links', jo.access_token, { items: [{ imageId, variant: 'processed' }] });
  const [link] = links.json<{ links: { url: string }[] }>().links;
  const picture = await ask(link?.url ?? '');
  assert.deepEqual([picture.status, picture.headers['content-type']], [200, 'image/jpeg']);
  await checkTrial((body) => api('POST', `/images/${imageId}/preview`, jo.access_token, body));
  live.close();
  deployment.uploads += 1;
  return { api, pool, token: jo.access_token, imageId };
}

/** The pixels function makes the picture, and its bytes come through two functions unchanged. */
async function checkTrial(preview: (body: unknown) => ReturnType<Api>): Promise<void> {
  for (const draft of [false, true]) {
    const made = await preview({ recipe: 'vivid', draft });
    assert.equal(made.status, 200, made.body.toString());
    const { isDraft, bytes } = JSON.parse(String(made.headers['darkroom-preview']));
    assert.deepEqual([isDraft, bytes], [draft, made.body.length]);
    assert.deepEqual([...made.body.subarray(0, 3)], [0xff, 0xd8, 0xff], 'a JPEG');
  }
}

type Api = ReturnType<typeof apiOf>;

/** What a user of the API has, and its one image. */
export interface Session {
  api: Api;
  pool: Pool;
  token: string;
  imageId: string;
}

/** The API under the name of the deployment. */
function apiOf(appUrl: string) {
  return (method: string, path: string, token?: string, body?: unknown) =>
    askApp(appUrl, `/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

/** Uploads a photo, and waits for its end. @returns its id, and everything that was told of it */
async function uploadAndWatch(
  api: Api,
  token: string,
  live: LiveClient,
): Promise<{ imageId: string; messages: LiveMessage[] }> {
  const photo = sample('chelsea.jpg');
  const file = { name: 'chelsea.jpg', bytes: photo.length, type: 'image/jpeg', album: 'Cats' };
  const answer = await api('POST', '/uploads', token, { files: [file] });
  assert.equal(answer.status, 200, answer.body.toString());
  const [form] = answer.json<{ uploads: SignedForm[] }>().uploads;
  assert.ok(form);
  const { url, fields } = form;
  const elsewhere = await send(
    url,
    { ...fields, key: String(fields.key).replace('chelsea', 'other') },
    photo,
  );
  assert.equal(elsewhere, 403, 'a form admits one key alone');
  assert.equal(await send(url, fields, Buffer.concat([photo, Buffer.from('x')])), 400, 'and no larger file');
  assert.equal(await send(url, fields, photo), 204);
  const ended = await live.until(({ type }) => type === 'image.ended');
  assert.equal(ended.state, 'COMPLETE');
  return { imageId: ended.imageId, messages: live.messages };
}

async function send(url: string, fields: Record<string, string>, file: Buffer): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(file)]), 'chelsea.jpg');
  const { status } = await fetch(url, { method: 'POST', body: form });
  return status;
}

/** Tells the functions where the emulator has what AWS has elsewhere. */
async function adaptToEmulator(resources: readonly Resource[]): Promise<ApiSettings> {
  const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
  const pool = physicalId(resources, 'AWS::Cognito::UserPool', 'HttpLoginUsers');
  const sockets = physicalId(resources, 'AWS::ApiGatewayV2::Api', 'HttpLiveApi');
  const lambda = new LambdaClient();
  let adapted: ApiSettings | undefined;
  for (const name of ['HttpApiWorkerFunction', 'HttpLiveWorkerFunction']) {
    const FunctionName = physicalId(resources, 'AWS::Lambda::Function', name);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const settings = readApiSettings(Environment?.Variables?.DARKROOM_API);
    adapted = {
      ...settings,
      jwks: `${endpoint}/${pool}/.well-known/jwks.json`,
      live: { ...settings.live, endpoint: `${endpoint}/_aws/execute-api/${sockets}/live` },
    };
    const Variables = { ...Environment?.Variables, DARKROOM_API: JSON.stringify(adapted) };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
  assert.ok(adapted);
  return adapted;
}
