import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  type CognitoIdentityProviderClient,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { ADMINISTRATORS } from '../../core/http/claims.ts';
import { explainAwsErrors } from '../aws/error-messages.ts';

/**
 * Invites a user, and makes it an administrator if that is asked for.
 *
 * @returns whether the user is new
 * @throws AwsError
 */
export async function addUser(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  email: string,
  isAdministrator: boolean,
): Promise<boolean> {
  const user = { UserPoolId, Username: email };
  const isNew = await explainAwsErrors('cognito-idp:AdminCreateUser', create());
  if (isAdministrator) {
    const command = new AdminAddUserToGroupCommand({ ...user, GroupName: ADMINISTRATORS });
    await explainAwsErrors('cognito-idp:AdminAddUserToGroup', client.send(command));
  }
  return isNew;

  async function create(): Promise<boolean> {
    const UserAttributes = [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ];
    try {
      await client.send(
        new AdminCreateUserCommand({ ...user, UserAttributes, DesiredDeliveryMediums: ['EMAIL'] }),
      );
      return true;
    } catch (error) {
      if (error instanceof UsernameExistsException) return false;
      throw error;
    }
  }
}
