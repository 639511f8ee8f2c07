import { Duration, Stack } from 'aws-cdk-lib';
import { HttpApi as ApiOfGateway, CorsHttpMethod, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';
import { accessLog } from './access-log.ts';

/** What is logged of a request. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  request: '$context.httpMethod $context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
};

interface HttpApiProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
  api: WorkerFunction;
  health: WorkerFunction;
}

/** The HTTP API under `/api`, and `GET /health` for monitors. */
export class HttpApi extends Construct {
  readonly api: ApiOfGateway;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { config, key, api, health }: HttpApiProps) {
    super(scope, id);
    const { appOrigin } = config;
    this.api = new ApiOfGateway(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: `Darkroom (${config.stage})`,
      createDefaultStage: false,
      ...(appOrigin === undefined ? {} : { corsPreflight: corsOf(appOrigin) }),
    });
    this.route('/api/{proxy+}', HttpMethod.ANY, api, 'The function reads who asks from an access token.');
    const reason = 'Monitors have no credentials; the answer says only whether the deployment is healthy.';
    this.route('/health', HttpMethod.GET, health, reason);
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      // Anybody may call it, so the rate limits the costs.
      throttle: { rateLimit: config.apiRequestsPerS, burstLimit: config.apiBurst },
      accessLogSettings: accessLog(this, { config, key }, LOGGED),
      detailedMetricsEnabled: false,
    });
  }

  /** The host of API Gateway itself. It waits for no function. */
  get host(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  private route(path: string, method: HttpMethod, worker: WorkerFunction, reason: string): void {
    const integration = new HttpLambdaIntegration(worker.node.path, worker.function);
    for (const route of this.api.addRoutes({ path, methods: [method], integration })) {
      accept(route, ['AwsSolutions-APIG4'], reason);
    }
  }
}

/** For an app that comes from elsewhere. It sends its token itself, so no cookie travels, and no other page can use a user's login. */
function corsOf(origin: string) {
  return {
    allowOrigins: [origin],
    allowMethods: [
      CorsHttpMethod.GET,
      CorsHttpMethod.POST,
      CorsHttpMethod.PATCH,
      CorsHttpMethod.PUT,
      CorsHttpMethod.DELETE,
    ],
    allowHeaders: ['authorization', 'content-type', 'if-none-match'],
    exposeHeaders: ['etag', 'retry-after', 'darkroom-preview', 'x-request-id', 'www-authenticate'],
    maxAge: Duration.hours(1),
  };
}
