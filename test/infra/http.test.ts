import { describe, expect, it } from 'vitest';
import { readApiSettings } from '../../core/api-settings.ts';
import { all, one, readable, synthesise, type Template, variablesOf } from '../support/synthesise.ts';

const dev = synthesise({});
const named = synthesise({ appOrigin: 'https://app.example.com', apiRequestsPerS: 7, apiBurst: 9 });
const staffed = synthesise({
  stage: 'prod',
  administratorEmail: 'jo@example.com',
  machineClients: JSON.stringify(['ci', 'camera-1']),
  mfa: 'required',
  signUp: 'true',
});
const foreign = synthesise({
  auth: JSON.stringify({ issuer: 'https://login.example.com', audience: 'darkroom', clientId: 'app' }),
});

function routesOf(template: Template, api: string): [key: string, target: string][] {
  return all(template, 'AWS::ApiGatewayV2::Route')
    .map(([, { Properties }]) => Properties)
    .filter(({ ApiId }) => readable(ApiId, template) === `{${api}}`)
    .map(({ RouteKey, Target }) => [
      String(RouteKey),
      functionOf(template, readable(Target, template).replace('integrations/', '').slice(1, -1)),
    ]);
}

function functionOf(template: Template, integration: string): string {
  const { IntegrationUri } = one(template, 'AWS::ApiGatewayV2::Integration', integration);
  return /\{(\w+)WorkerFunction\}/.exec(readable(IntegrationUri, template))?.[1] ?? '';
}

function settingsOf(template: Template) {
  return readApiSettings(variablesOf(template, 'HttpApiWorkerFunction').DARKROOM_API);
}

describe('the HTTP API', () => {
  it('exists always, and has two routes', () => {
    expect(routesOf(dev, 'HttpGatewayApi')).toEqual([
      ['ANY /api/{proxy+}', 'HttpApi'],
      ['GET /health', 'HttpHealth'],
    ]);
    for (const [, { Properties }] of all(dev, 'AWS::ApiGatewayV2::Integration')) {
      if (readable(Properties.ApiId, dev) !== '{HttpGatewayApi}') continue;
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  it('has the limits of the configuration, and a log without addresses and tickets', () => {
    for (const [template, rate, burst] of [
      [dev, 50, 100],
      [named, 7, 9],
    ] as const) {
      for (const stage of ['HttpGatewayStage', 'HttpLiveStage']) {
        const { DefaultRouteSettings, AccessLogSettings } = one(template, 'AWS::ApiGatewayV2::Stage', stage);
        expect(DefaultRouteSettings).toMatchObject({
          ThrottlingRateLimit: rate,
          ThrottlingBurstLimit: burst,
        });
        expect(JSON.stringify(AccessLogSettings)).toContain('$context.requestId');
        expect(JSON.stringify(AccessLogSettings)).not.toMatch(/sourceIp|query|routeParams|userAgent/i);
      }
    }
  });

  it('admits pages of the app alone, and lets them see what they need', () => {
    expect(one(dev, 'AWS::ApiGatewayV2::Api', 'HttpGatewayApi')).not.toHaveProperty('CorsConfiguration');
    const { CorsConfiguration } = one(named, 'AWS::ApiGatewayV2::Api', 'HttpGatewayApi');
    expect(CorsConfiguration).toEqual({
      AllowOrigins: ['https://app.example.com'],
      AllowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
      AllowHeaders: ['authorization', 'content-type', 'if-none-match'],
      ExposeHeaders: ['etag', 'retry-after', 'darkroom-preview', 'x-request-id', 'www-authenticate'],
      MaxAge: 3_600,
    });
  });

  it.each([
    ['StorageSourceBucket', 'POST'],
    ['StorageProcessedBucket', 'GET'],
  ])('lets pages of the app alone use what it signs: %s, %s', (bucket, method) => {
    for (const [template, others] of [
      [dev, []],
      [named, ['https://app.example.com']],
    ] as const) {
      const { CorsConfiguration } = one(template, 'AWS::S3::Bucket', bucket);
      const { CorsRules } = CorsConfiguration as { CorsRules: { AllowedOrigins: unknown[] }[] };
      expect(CorsRules).toMatchObject([{ AllowedMethods: [method] }]);
      const origins = CorsRules[0]?.AllowedOrigins.map((origin) => readable(origin, template));
      expect(origins).toEqual(['https://{HttpAppDistribution}', ...others]);
    }
  });
});

describe('live updates', () => {
  it('have three routes, and one that answers: AWS drops the answer of a route without a response', () => {
    expect(one(dev, 'AWS::ApiGatewayV2::Api', 'HttpLiveApi')).toMatchObject({
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
    expect(routesOf(dev, 'HttpLiveApi')).toEqual([
      ['$connect', 'HttpLive'],
      ['$disconnect', 'HttpLive'],
      ['$default', 'HttpLive'],
    ]);
    const responses = all(dev, 'AWS::ApiGatewayV2::RouteResponse').map(([, { Properties }]) => Properties);
    expect(responses).toMatchObject([{ RouteResponseKey: '$default' }]);
    const [answering] = all(dev, 'AWS::ApiGatewayV2::Route').filter(
      ([, { Properties }]) => Properties.RouteKey === '$default',
    );
    expect(answering?.[1].Properties.RouteResponseSelectionExpression).toBe('$default');
    expect(readable(responses[0]?.RouteId, dev)).toBe(`{${answering?.[0]}}`);
  });

  it('hear of both topics, and do not try for hours', () => {
    const subscriptions = all(dev, 'AWS::SNS::Subscription').map(([, { Properties }]) => [
      Properties.Protocol,
      readable(Properties.TopicArn, dev),
      readable(Properties.Endpoint, dev),
    ]);
    expect(subscriptions).toEqual([
      ['lambda', '{CompletionTopic}', '{HttpLiveWorkerFunction}'],
      ['lambda', '{ProgressTopic}', '{HttpLiveWorkerFunction}'],
    ]);
    const invocations = all(dev, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
    const ofLive = invocations.filter(
      ({ FunctionName }) => readable(FunctionName, dev) === '{HttpLiveWorkerFunction}',
    );
    expect(ofLive).toMatchObject([{ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 1 }]);
  });

  it('have a table that forgets', () => {
    expect(one(dev, 'AWS::DynamoDB::Table', 'HttpLiveSocketsTable')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
      KeySchema: [
        { AttributeName: 'key', KeyType: 'HASH' },
        { AttributeName: 'entry', KeyType: 'RANGE' },
      ],
    });
  });
});

describe('the login', () => {
  const clientsOf = (template: Template) =>
    all(template, 'AWS::Cognito::UserPoolClient').map(([, { Properties }]) => Properties);

  it('is a user pool that nobody joins uninvited, and that prod keeps', () => {
    const pool = one(dev, 'AWS::Cognito::UserPool', 'HttpLoginUsers');
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UsernameAttributes: ['email'],
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolTier: 'ESSENTIALS',
    });
    const [users] = all(staffed, 'AWS::Cognito::UserPool');
    expect(users?.[1]).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        MfaConfiguration: 'ON',
        DeletionProtection: 'ACTIVE',
      },
    });
  });

  it('gives the page a client without a secret, for the code flow alone', () => {
    const [app] = clientsOf(named);
    expect(app).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
    });
    for (const pages of [app?.CallbackURLs, app?.LogoutURLs]) {
      const read = [pages].flat().map((page) => readable(page, named));
      expect(read).toEqual(['https://{HttpAppDistribution}/', 'https://app.example.com/']);
    }
    const scopes = [app?.AllowedOAuthScopes].flat().map((scope) => readable(scope, named));
    expect(scopes).toEqual([
      'openid',
      'email',
      'profile',
      '{HttpLoginUsersApi}/upload',
      '{HttpLoginUsersApi}/read',
    ]);
    expect(one(named, 'AWS::Cognito::UserPoolResourceServer', 'HttpLoginUsersApi')).toMatchObject({
      Identifier: 'darkroom',
      Scopes: [{ ScopeName: 'upload' }, { ScopeName: 'read' }],
    });
  });

  it('gives each machine a client with a secret, for client credentials alone', () => {
    const machines = clientsOf(staffed).filter(({ GenerateSecret }) => GenerateSecret);
    expect(machines.map(({ ClientName }) => ClientName)).toEqual(['ci', 'camera-1']);
    for (const machine of machines) {
      expect(machine.AllowedOAuthFlows).toEqual(['client_credentials']);
      expect(JSON.stringify(machine.AllowedOAuthScopes)).not.toMatch(/openid|aws\.cognito/);
    }
    expect(settingsOf(staffed).audience).toHaveLength(3);
  });

  it('has pages with a style, without which AWS shows none', () => {
    expect(all(dev, 'AWS::Cognito::UserPoolDomain').map(([, { Properties }]) => Properties)).toMatchObject([
      { ManagedLoginVersion: 2 },
    ]);
    const [[, style] = []] = all(dev, 'AWS::Cognito::ManagedLoginBranding');
    expect(style?.Properties).toMatchObject({ UseCognitoProvidedValues: true });
    expect(readable(style?.Properties.ClientId, dev)).toBe('{HttpLoginApp}');
  });

  it('has administrators, the first of whom is invited', () => {
    expect(all(dev, 'AWS::Cognito::UserPoolUser')).toEqual([]);
    const group = one(staffed, 'AWS::Cognito::UserPoolGroup', 'HttpLoginUsersAdministrators');
    expect(group.GroupName).toBe('administrators');
    expect(one(staffed, 'AWS::Cognito::UserPoolUser', 'HttpLoginFirstAdministrator')).toMatchObject({
      Username: 'jo@example.com',
      DesiredDeliveryMediums: ['EMAIL'],
    });
    const [[, membership] = []] = all(staffed, 'AWS::Cognito::UserPoolUserToGroupAttachment');
    expect(membership?.Properties).toMatchObject({ Username: 'jo@example.com' });
    expect(membership?.DependsOn?.some((id) => id.startsWith('HttpLoginFirstAdministrator'))).toBe(true);
  });

  it("is the owner's own provider where there is one, and then there is no user pool", () => {
    const types = Object.values(foreign.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::Cognito'))).toEqual([]);
    expect(settingsOf(foreign)).toMatchObject({
      issuer: 'https://login.example.com',
      audience: ['darkroom'],
      clientId: 'app',
    });
    expect(foreign.Outputs).not.toHaveProperty('UserPoolId');
  });
});

describe('the settings of the API', () => {
  it('name what the stack has', () => {
    expect(settingsOf(dev)).toEqual({
      issuer: 'https://cognito-idp.*.*/{HttpLoginUsers}',
      audience: ['{HttpLoginApp}'],
      clientId: '{HttpLoginApp}',
      scopes: ['openid', 'email', 'profile', 'darkroom/upload', 'darkroom/read'],
      linkRoleArn: '{HttpSigningLinksRole}',
      uploadRoleArn: '{HttpSigningUploadsRole}',
      pixelsFunctionName: '{HttpPixelsWorkerFunction}',
      live: {
        tableName: '{HttpLiveSocketsTable}',
        url: 'wss://{HttpAppDistribution}/live',
        endpoint: 'https://{HttpLiveApi}.execute-api.*.*/live',
      },
    });
  });

  it('are the same for both functions, and live updates have no others', () => {
    const { DARKROOM_API, ...others } = variablesOf(dev, 'HttpLiveWorkerFunction');
    expect(DARKROOM_API).toBe(variablesOf(dev, 'HttpApiWorkerFunction').DARKROOM_API);
    expect(Object.keys(others).sort()).toEqual(['POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME']);
  });
});
