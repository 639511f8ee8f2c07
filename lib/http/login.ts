import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  type UserPoolDomain,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { ApiSettings } from '../../core/api-settings.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import { removalPolicyOf } from '../storage/removal.ts';

/** What the functions need to know about the login. */
type LoginSettings = Pick<ApiSettings, 'issuer' | 'audience' | 'jwks' | 'clientId' | 'scopes'>;

const OPENID_SCOPES = ['openid', 'email', 'profile'];

const MFA = { off: Mfa.OFF, optional: Mfa.OPTIONAL, required: Mfa.REQUIRED };

interface LoginProps {
  config: DarkroomConfig;
  /** The origins from which browsers load the app. */
  origins: readonly string[];
}

/** Who may use the API: the users of a pool in Cognito, or those of the owner's own OpenID provider. */
export class Login extends Construct {
  readonly settings: LoginSettings;
  readonly userPool: UserPool | undefined;
  /** What a browser asks for a login: the origins of the provider's discovery and of its tokens. */
  readonly providers: readonly string[];

  constructor(scope: Construct, id: string, { config, origins }: LoginProps) {
    super(scope, id);
    const { auth } = config;
    if (auth !== undefined) {
      const { issuer, audience, ...rest } = auth;
      this.settings = { issuer, audience: [audience], scopes: OPENID_SCOPES, ...rest };
      this.providers = [new URL(issuer).origin];
      return;
    }
    const pool = this.makePool(config);
    this.userPool = pool;
    const scopes = [
      new ResourceServerScope({ scopeName: 'upload', scopeDescription: 'Upload images' }),
      new ResourceServerScope({ scopeName: 'read', scopeDescription: 'Read images of your own' }),
    ];
    const server = pool.addResourceServer('Api', { identifier: 'darkroom', scopes });
    const oAuthScopes = scopes.map((each) => OAuthScope.resourceServer(server, each));
    const app = this.makeAppClient(pool, origins, server, oAuthScopes);
    const machines = config.machineClients.map((name) =>
      this.makeMachineClient(pool, name, server, oAuthScopes),
    );
    const pages = this.makeLoginPages(pool, app, config);
    this.makeAdministrators(pool, config);
    const { region, urlSuffix } = Stack.of(this);
    const provider = `https://cognito-idp.${region}.${urlSuffix}`;
    this.providers = [provider, pages.baseUrl()];
    this.settings = {
      // As Cognito writes it into tokens.
      issuer: `${provider}/${pool.userPoolId}`,
      audience: [app, ...machines].map(({ userPoolClientId }) => userPoolClientId),
      clientId: app.userPoolClientId,
      scopes: [...OPENID_SCOPES, ...scopes.map(({ scopeName }) => `darkroom/${scopeName}`)],
    };
  }

  private makePool(config: DarkroomConfig): UserPool {
    const pool = new UserPool(this, 'Users', {
      signInAliases: { email: true },
      signInCaseSensitive: false,
      selfSignUpEnabled: config.signUp,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      mfa: MFA[config.mfa],
      ...(config.mfa === 'off' ? {} : { mfaSecondFactor: { sms: false, otp: true } }),
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // Managed login needs at least this plan.
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: config.removal === 'retain',
      removalPolicy: removalPolicyOf(config),
      userInvitation: {
        emailSubject: 'Your invitation to Darkroom',
        emailBody:
          'You can log in to Darkroom as {username} with the password {####}, and then choose your own.',
      },
    });
    accept(
      pool,
      ['AwsSolutions-COG8'],
      'Threat protection needs the plan Plus, which costs more than all the rest for each user.',
    );
    if (config.mfa !== 'required') {
      accept(pool, ['AwsSolutions-COG2'], 'Users may choose a second factor; mfa: required demands it.');
    }
    return pool;
  }

  /** A page cannot keep a secret: the code flow with PKCE needs none. */
  private makeAppClient(
    userPool: UserPool,
    origins: readonly string[],
    server: UserPoolResourceServer,
    scopes: OAuthScope[],
  ): UserPoolClient {
    const pages = origins.map((origin) => `${origin}/`);
    const client = new UserPoolClient(this, 'App', {
      userPool,
      userPoolClientName: 'app',
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [...OPENID_SCOPES.map((name) => OAuthScope.custom(name)), ...scopes],
        callbackUrls: pages,
        logoutUrls: pages,
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
    client.node.addDependency(server);
    return client;
  }

  /** A program with a secret and tokens of its own. */
  private makeMachineClient(
    userPool: UserPool,
    name: string,
    server: UserPoolResourceServer,
    scopes: OAuthScope[],
  ): UserPoolClient {
    const client = new UserPoolClient(this, `Machine-${name}`, {
      userPool,
      userPoolClientName: name,
      generateSecret: true,
      oAuth: { flows: { clientCredentials: true }, scopes },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
    });
    client.node.addDependency(server);
    return client;
  }

  /** The pages of Cognito for logging in. The prefix of their address must be unique in the region. */
  private makeLoginPages(pool: UserPool, app: UserPoolClient, { stage }: DarkroomConfig): UserPoolDomain {
    const pages = pool.addDomain('Pages', {
      cognitoDomain: { domainPrefix: `darkroom-${stage}-${Stack.of(this).account}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without a style, even the default one, managed login shows no page.
    new CfnManagedLoginBranding(this, 'Style', {
      userPoolId: pool.userPoolId,
      clientId: app.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return pages;
  }

  private makeAdministrators(pool: UserPool, { administratorEmail }: DarkroomConfig): void {
    const group = pool.addGroup('Administrators', {
      groupName: 'administrators',
      description: 'They see and change the images of everybody',
    });
    if (administratorEmail === undefined) return;
    const first = new CfnUserPoolUser(this, 'FirstAdministrator', {
      userPoolId: pool.userPoolId,
      username: administratorEmail,
      desiredDeliveryMediums: ['EMAIL'],
      userAttributes: [
        { name: 'email', value: administratorEmail },
        { name: 'email_verified', value: 'true' },
      ],
    });
    const membership = new CfnUserPoolUserToGroupAttachment(this, 'FirstMembership', {
      userPoolId: pool.userPoolId,
      username: administratorEmail,
      groupName: group.groupName,
    });
    membership.node.addDependency(first);
    membership.node.addDependency(group);
  }
}
