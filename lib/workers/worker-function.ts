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
import { API_SETTINGS_VARIABLE, type ApiSettings } from '../../core/api-settings.ts';
import { type DeployedSettingsJson, SETTINGS_VARIABLE } from '../../core/settings.ts';
import type { Handler } from '../../docker/bundle.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept, acceptPatterns } from '../guard/accept.ts';
import { namespaceOf } from '../monitoring/pipeline-metrics.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import { removalPolicyOf } from '../storage/removal.ts';
import { acceptFunctionFindings } from './accepted-findings.ts';
import { checkEnvironmentSize } from './environment-size.ts';
import type { FunctionAlarms } from './function-alarms.ts';
import { handlerOf, imageCode, PROCESSORS, zipCode } from './handler-code.ts';

/**
 * glibc would give each of libvips' threads its own heap, and a heap keeps the memory of its peak. Over 210 photos, a
 * process grew to 625 MiB, and with two heaps to 350 MiB in the same time (docs/performance.md). glibc reads the
 * variable before any code of ours runs, so it is a variable of the function.
 */
const TWO_ARENAS = { MALLOC_ARENA_MAX: '2' };

export interface WorkerFunctionProps {
  worker: Handler;
  config: DarkroomConfig;
  key: CustomerKey | undefined;
  /** What it does, for a person who reads the list of functions. */
  description: string;
  memoryMb: number;
  timeoutS: number;
  /** When its alarms go off. */
  alarms: FunctionAlarms;
  /** It needs the native packages, and is a container image unless the configuration says otherwise. */
  handlesPixels?: boolean;
  /** Retries of an invocation by a schedule or a topic. Lambda's default is 2. */
  retryAttempts?: number;
  /** How long such an invocation may wait. Lambda's default is 6 hours. */
  maxEventAge?: Duration;
}

interface Consumption {
  batchSize: number;
  maxConcurrency: number;
}

/**
 * The function of one worker, with its role and its logs. At first the role may only write to its own log group and send
 * traces. Further permissions are granted action by action.
 */
export class WorkerFunction extends Construct {
  readonly role: Role;
  readonly function: LambdaFunction;
  readonly alarms: FunctionAlarms;
  readonly timeoutS: number;
  private readonly variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: WorkerFunctionProps) {
    super(scope, id);
    const { worker, config, key } = props;
    this.alarms = props.alarms;
    this.timeoutS = props.timeoutS;
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
    this.function = this.makeFunction(props, logGroup);
    acceptFunctionFindings({ ...props, role: this.role, function: this.function, logGroup });
  }

  /** Lets the function use these actions on the resources: whole ARNs, or all objects under a prefix. */
  allow(
    actions: string[],
    resources: string[],
    conditions: Record<string, Record<string, string[]>> = {},
  ): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    const reason = 'The objects under one prefix, whose names are not known before.';
    acceptPatterns(this.role, resources.filter(isPrefix), reason);
  }

  /** Lets the function use these actions on every object of a bucket, and says why. */
  allowWhole(bucket: Bucket, actions: string[], reason: string): void {
    const resources = [bucket.arnForObjects('*')];
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
    acceptPatterns(this.role, resources, reason);
  }

  /**
   * Gives the function its settings.
   *
   * @throws InvalidInputError if they are more than Lambda accepts
   */
  configure(settings: DeployedSettingsJson): void {
    this.setVariable(SETTINGS_VARIABLE, settings);
  }

  /** Gives the function the settings of the API as well. */
  configureApi(settings: ApiSettings): void {
    this.setVariable(API_SETTINGS_VARIABLE, settings);
  }

  /** Lets the function consume a queue. Of a batch, only the messages that fail come again. */
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
      'A message that fails goes to the dead-letter queue; SQS has no other destination.',
    );
  }

  /** Lets the function send tasks to a queue. */
  sendTo(queue: Queue): void {
    this.allow(['sqs:SendMessage'], [queue.queueArn]);
  }

  private setVariable(name: string, value: object): void {
    const json = Stack.of(this).toJsonString(value);
    this.variables[name] = json;
    checkEnvironmentSize(this, this.variables);
    this.function.addEnvironment(name, json);
  }

  private makeFunction(props: WorkerFunctionProps, logGroup: LogGroup): LambdaFunction {
    const { worker, config, handlesPixels, retryAttempts, maxEventAge } = props;
    const options: FunctionOptions = {
      description: props.description,
      architecture: PROCESSORS[config.architecture].lambda,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutS),
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: { ...this.variables },
      ...(retryAttempts === undefined ? {} : { retryAttempts }),
      ...(maxEventAge === undefined ? {} : { maxEventAge }),
      ...(handlesPixels && config.reservedConcurrency !== undefined
        ? { reservedConcurrentExecutions: config.reservedConcurrency }
        : {}),
    };
    if (handlesPixels && config.packaging === 'image') {
      return new DockerImageFunction(this, 'Function', { ...options, code: imageCode(worker, config) });
    }
    return new LambdaFunction(this, 'Function', {
      ...options,
      runtime: Runtime.NODEJS_24_X,
      handler: handlerOf(worker),
      code: zipCode(worker, handlesPixels ? config : undefined),
    });
  }
}

/** All objects under a prefix, such as `<bucket>/work/*`, but not those of a whole bucket, nor `*`. */
function isPrefix(resource: string): boolean {
  return /[^}]\/\*$/.test(resource);
}
