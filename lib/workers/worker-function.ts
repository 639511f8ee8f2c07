import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  DockerImageFunction,
  EventSourceMapping,
  type FunctionOptions,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type DeployedSettingsJson, SETTINGS_VARIABLE } from '../../core/settings.ts';
import type { Handler } from '../../docker/bundle.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept, acceptPatterns } from '../guard/accept.ts';
import { namespaceOf } from '../monitoring/pipeline-metrics.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import { removalPolicyOf } from '../storage/removal.ts';
import { checkEnvironmentSize } from './environment-size.ts';
import { handlerOf, imageCode, PROCESSORS, zipCode } from './handler-code.ts';

/**
 * Each of libvips' threads would get a heap of its own from glibc, which keeps what it had at its peak: over 210 photos
 * a process came to 625 MiB, with two heaps to 350, in the same time (docs/performance.md). It is read before any code
 * of ours runs, and so is a variable of the function, for images and zip files alike.
 */
const TWO_ARENAS = { MALLOC_ARENA_MAX: '2' };

interface WorkerFunctionProps {
  worker: Handler;
  config: DarkroomConfig;
  key: CustomerKey | undefined;
  /** What it does, for whoever reads the list of functions. */
  description: string;
  memoryMb: number;
  timeoutS: number;
  /** It needs the native packages, and comes as a container image unless the configuration says otherwise. */
  handlesPixels?: boolean;
  /** Tries of an invocation by a schedule, after the first; Lambda's own default is 2. */
  retryAttempts?: number;
}

interface Consumption {
  batchSize: number;
  maxConcurrency: number;
}

/**
 * The function of one worker, with its role and its logs. The role starts with what every function needs (its own log
 * group and X-Ray) and gets the rest action by action.
 */
export class WorkerFunction extends Construct {
  readonly role: Role;
  readonly function: LambdaFunction;
  private readonly variables: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: WorkerFunctionProps) {
    super(scope, id);
    const { worker, config, key } = props;
    this.variables = {
      POWERTOOLS_SERVICE_NAME: worker,
      POWERTOOLS_METRICS_NAMESPACE: namespaceOf(config.stage),
      ...(props.handlesPixels ? TWO_ARENAS : {}),
    };
    const logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicyOf(config),
      ...(key ? { encryptionKey: key.key } : {}),
    });
    this.role = new Role(this, 'Role', {
      description: `What the ${worker} of Darkroom may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    key?.allowUse(this.role);
    const options: FunctionOptions = {
      description: props.description,
      architecture: PROCESSORS[config.architecture].lambda,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutS),
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: this.variables,
      ...(props.retryAttempts === undefined ? {} : { retryAttempts: props.retryAttempts }),
      ...(props.handlesPixels && config.reservedConcurrency !== undefined
        ? { reservedConcurrentExecutions: config.reservedConcurrency }
        : {}),
    };
    this.function =
      props.handlesPixels && config.packaging === 'image'
        ? new DockerImageFunction(this, 'Function', {
            ...options,
            code: imageCode(worker, config),
          })
        : new LambdaFunction(this, 'Function', {
            ...options,
            runtime: Runtime.NODEJS_24_X,
            handler: handlerOf(worker),
            code: zipCode(worker, props.handlesPixels ? config.architecture : undefined),
          });
    this.acceptFindings(logGroup, props);
  }

  /** Lets the function do what it needs on the resources: whole ARNs, or all objects under a prefix. */
  allow(
    actions: string[],
    resources: string[],
    conditions: Record<string, Record<string, string[]>> = {},
  ): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    const reason = 'The objects under one prefix; which there will be is not known before.';
    acceptPatterns(this.role, resources.filter(isPrefix), reason);
  }

  /** Lets the function do what it needs on every object of a bucket, for a reason of its own. */
  allowWhole(bucket: Bucket, actions: string[], reason: string): void {
    const resources = [bucket.arnForObjects('*')];
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
    acceptPatterns(this.role, resources, reason);
  }

  /**
   * Tells the function how the deployment is set up.
   *
   * @throws InvalidInputError where that is more than Lambda takes
   */
  configure(settings: DeployedSettingsJson): void {
    const json = Stack.of(this).toJsonString(settings);
    checkEnvironmentSize(this, { ...this.variables, [SETTINGS_VARIABLE]: json });
    this.function.addEnvironment(SETTINGS_VARIABLE, json);
  }

  /** Lets the function work on a queue's messages; of a batch, those that fail come again, and only those. */
  consume(queue: Queue, { batchSize, maxConcurrency }: Consumption): void {
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
    const mapping = new EventSourceMapping(this, `From${queue.node.scope?.node.id}${queue.node.id}`, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    accept(
      mapping,
      ['Serverless-LambdaEventSourceMappingDestination'],
      'What fails goes to the dead letters of the queue; SQS has no other destination.',
    );
  }

  /** Lets the function send work to a queue. */
  sendTo(queue: Queue): void {
    this.allow(['sqs:SendMessage'], [queue.queueArn]);
  }

  private acceptFindings(
    logGroup: LogGroup,
    { handlesPixels, config, key, retryAttempts }: WorkerFunctionProps,
  ): void {
    acceptPatterns(this.role, ['*'], "X-Ray's two actions for sending traces know no resource.");
    accept(
      this.function,
      [
        'CKV_AWS_116',
        'Serverless-LambdaDLQ',
        ...(retryAttempts === undefined ? [] : ['Serverless-LambdaAsyncFailureDestination']),
      ],
      'Messages that fail end as dead letters of their queue, a schedule calls again, and who asks gets the error.',
    );
    accept(
      this.function,
      ['CKV_AWS_117'],
      'It talks to services of AWS alone, with its own role and over TLS; a VPC would add a price and no protection.',
    );
    accept(this.function, ['CKV_AWS_173'], 'Its variables hold names and limits, and no secret.');
    if (!handlesPixels || config.reservedConcurrency === undefined) {
      const reason =
        'Event sources, schedules and throttles are the limit; a new account has no concurrency to reserve.';
      accept(this.function, ['CKV_AWS_115'], reason);
    }
    if (!key) {
      const reason = "Encrypted with CloudWatch's own key; encryption: customer-key changes that.";
      accept(logGroup, ['CKV_AWS_158'], reason);
    }
  }
}

/** All objects under a prefix, as in `<bucket>/work/*`: not those of a whole bucket, nor everything there is. */
function isPrefix(resource: string): boolean {
  return /[^}]\/\*$/.test(resource);
}
