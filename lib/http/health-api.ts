import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IDomainName,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accept } from '../guard/accept.ts';
import { removalPolicyOf } from '../storage/removal.ts';
import { REPEATED_CALL_ALARMS } from '../workers/function-alarms.ts';
import type { TaskQueue } from '../workers/task-queue.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';

/** What is logged of a request. The caller's address is not: it is personal data, and nobody needs it. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  request: '$context.httpMethod $context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
};

/** The key, which no object has, that `lambdas/health` requests. */
const NOTHING = 'health-check';

interface HealthApiProps extends WorkerProps {
  domain: IDomainName;
  ingest: TaskQueue;
  parts: TaskQueue;
}

/** `GET /health` under the deployment's own domain name, for monitors, and nothing else. */
export class HealthApi extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, props: HealthApiProps) {
    super(scope, id);
    const { config, key } = props;
    this.worker = this.makeWorker(props);
    const api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: `Darkroom (${config.stage})`,
      createDefaultStage: false,
      // Only the domain name gives access.
      disableExecuteApiEndpoint: true,
    });
    const integration = new HttpLambdaIntegration('Health', this.worker.function);
    const [route] = api.addRoutes({ path: '/health', methods: [HttpMethod.GET], integration });
    if (route)
      accept(
        route,
        ['AwsSolutions-APIG4'],
        'Monitors have no credentials; the answer says only whether the deployment is healthy.',
      );
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicyOf(config),
      ...(key ? { encryptionKey: key.key } : {}),
    });
    if (!key) {
      const reason = "Encrypted with CloudWatch's own key; encryption: customer-key changes that.";
      accept(accessLog, ['CKV_AWS_158'], reason);
    }
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      // Anybody may call it, so the rate limits the costs.
      throttle: { rateLimit: 5, burstLimit: 10 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
      detailedMetricsEnabled: false,
    });
    new ApiMapping(this, 'Mapping', { api, stage, domainName: props.domain });
  }

  private makeWorker({ config, storage, catalog, key, ingest, parts }: HealthApiProps): WorkerFunction {
    const worker = new WorkerFunction(this, 'Worker', {
      worker: 'health',
      config,
      key,
      description: 'Darkroom: reports to monitors whether it could process an image',
      memoryMb: 512,
      timeoutS: 20,
      alarms: REPEATED_CALL_ALARMS,
    });
    const buckets = [storage.source, storage.processed];
    worker.allow(['dynamodb:GetItem'], [catalog.table.tableArn]);
    worker.allow(
      ['s3:GetObject'],
      buckets.map((bucket) => bucket.arnForObjects(NOTHING)),
    );
    // Without the permission to list, S3 answers 403 for a missing object.
    worker.allow(
      ['s3:ListBucket'],
      buckets.map(({ bucketArn }) => bucketArn),
    );
    worker.allow(['sqs:GetQueueAttributes'], [ingest.queue.queueArn, parts.queue.queueArn]);
    return worker;
  }
}
