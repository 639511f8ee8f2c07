import { Duration, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Subscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ApiSettings } from '../../core/api-settings.ts';
import { accept } from '../guard/accept.ts';
import { REPEATED_CALL_ALARMS } from '../workers/function-alarms.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';
import { accessLog } from './access-log.ts';
import { LiveTable } from './live-table.ts';

/** What is logged of a connection. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  event: '$context.eventType',
  route: '$context.routeKey',
  status: '$context.status',
  connection: '$context.connectionId',
  error: '$context.error.message',
};

/** The topics with what happens to images. */
export interface Topics {
  completions: ITopic;
  progress: ITopic;
}

interface LiveUpdatesProps extends WorkerProps {
  topics: Topics;
}

/** Live updates by WebSocket: the function that opens sockets and sends to them, and their table. */
export class LiveUpdates extends Construct {
  readonly worker: WorkerFunction;
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly table: LiveTable;

  constructor(scope: Construct, id: string, { config, key, topics }: LiveUpdatesProps) {
    super(scope, id);
    this.table = new LiveTable(this, 'Sockets', key);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'live',
      config,
      key,
      description: 'Darkroom: opens sockets for live updates, and sends to them',
      // 10,000 sockets take 11 s of a whole CPU.
      memoryMb: 1024,
      timeoutS: 60,
      alarms: REPEATED_CALL_ALARMS,
      // What is late is of no use: clients read the state when they connect.
      retryAttempts: 1,
      maxEventAge: Duration.minutes(5),
    });
    this.api = this.makeApi();
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
      throttle: { rateLimit: config.apiRequestsPerS, burstLimit: config.apiBurst },
      accessLogSettings: accessLog(this, { config, key }, LOGGED),
    });
    this.worker.allow(
      ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      [this.table.table.tableArn],
    );
    this.allowSending();
    this.subscribeTo('Completions', topics.completions);
    this.subscribeTo('Progress', topics.progress);
  }

  /** The host of API Gateway itself. It waits for no function. */
  get host(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /**
   * What the functions need to know about live updates.
   *
   * @param host the name under which browsers reach them
   */
  settings(host: string): ApiSettings['live'] {
    const { stageName, callbackUrl } = this.stage;
    return {
      tableName: this.table.table.tableName,
      url: `wss://${host}/${stageName}`,
      endpoint: callbackUrl,
    };
  }

  private makeApi(): WebSocketApi {
    const integration = () => new WebSocketLambdaIntegration('Live', this.worker.function);
    const api = new WebSocketApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-live`,
      description: 'Darkroom: live updates',
      connectRouteOptions: { integration: integration() },
      disconnectRouteOptions: { integration: integration() },
      // Without a route response, API Gateway would drop the answer to a heartbeat.
      defaultRouteOptions: { integration: integration(), returnResponse: true },
    });
    const reason = 'The function admits only whoever has a ticket, which works once and for 30 s.';
    for (const route of api.node.findAll()) {
      if (/^\$(connect|disconnect|default)-Route$/.test(route.node.id)) {
        accept(route, ['AwsSolutions-APIG4'], reason);
      }
    }
    return api;
  }

  /** To the sockets of this stage alone; a pattern, because their ids are not known before. */
  private allowSending(): void {
    const { partition, region, account } = Stack.of(this);
    const { stageName } = this.stage;
    this.worker.allow(
      ['execute-api:ManageConnections'],
      [
        `arn:${partition}:execute-api:${region}:${account}:${this.api.apiId}/${stageName}/POST/@connections/*`,
      ],
    );
  }

  private subscribeTo(id: string, topic: ITopic): void {
    const { functionArn } = this.worker.function;
    this.worker.function.addPermission(id, {
      principal: new ServicePrincipal('sns.amazonaws.com'),
      sourceArn: topic.topicArn,
    });
    const subscription = new Subscription(this, id, {
      topic,
      protocol: SubscriptionProtocol.LAMBDA,
      endpoint: functionArn,
    });
    const reason = 'A live update that is lost is no harm: clients read the state when they connect.';
    accept(subscription, ['Serverless-SNSRedrivePolicy'], reason);
  }
}
