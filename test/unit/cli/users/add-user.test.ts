import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../cli/aws/error-messages.ts';
import { addUser } from '../../../../cli/users/add-user.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import {
  jsonError,
  type ScriptedAnswer,
  type ScriptedServer,
  startScripted,
} from '../../../support/emulators/scripted-server.ts';

const OK: ScriptedAnswer = {
  status: 200,
  body: '{}',
  headers: { 'content-type': 'application/x-amz-json-1.1' },
};
let server: ScriptedServer;

afterEach(() => server.close());

async function add(isAdministrator: boolean, ...script: ScriptedAnswer[]): Promise<boolean> {
  server = await startScripted(...script);
  stubAwsEnvironment({});
  const client = new CognitoIdentityProviderClient({ endpoint: server.url, maxAttempts: 1 });
  return addUser(client, 'pool', 'jo@example.com', isAdministrator);
}

describe('adding a user', () => {
  it('invites by e-mail, which counts as verified', async () => {
    expect(await add(false, OK)).toBe(true);
    expect(server.requests.map((body) => JSON.parse(body))).toEqual([
      {
        UserPoolId: 'pool',
        Username: 'jo@example.com',
        UserAttributes: [
          { Name: 'email', Value: 'jo@example.com' },
          { Name: 'email_verified', Value: 'true' },
        ],
        DesiredDeliveryMediums: ['EMAIL'],
      },
    ]);
  });

  it('makes an administrator, also of a user who exists', async () => {
    expect(await add(true, OK)).toBe(true);
    await server.close();
    expect(await add(true, jsonError(400, 'UsernameExistsException'), OK)).toBe(false);
    expect(JSON.parse(server.requests[1] ?? '')).toEqual({
      UserPoolId: 'pool',
      Username: 'jo@example.com',
      GroupName: 'administrators',
    });
  });

  it('says which permission is missing', async () => {
    await expect(add(false, jsonError(400, 'AccessDeniedException'))).rejects.toThrow(AwsError);
    expect(server.requests).toHaveLength(1);
  });
});
