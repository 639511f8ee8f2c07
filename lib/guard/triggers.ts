import { allows, grantsOf } from './grants.ts';
import {
  isObject,
  listOf,
  type Properties,
  resourcesOf,
  type Template,
  textOf,
  tokenOf,
} from './template.ts';

/** A function that a bucket triggers, and the path from the bucket to the function, both included. */
export interface TriggeredFunction {
  functionId: string;
  path: string[];
}

/** Actions by which a function triggers another resource, and the type of that resource. */
const SENDING = [
  ['sqs:SendMessage', 'AWS::SQS::Queue'],
  ['sns:Publish', 'AWS::SNS::Topic'],
  ['lambda:InvokeFunction', 'AWS::Lambda::Function'],
] as const;

/** The fields that name the target of a notification, in CloudFormation and in CDK's custom resource. */
const TARGET_FIELDS = ['Queue', 'QueueArn', 'Function', 'LambdaFunctionArn', 'Topic', 'TopicArn'];

/**
 * The functions that run because of an upload to the bucket. The bucket notifies them directly or through queues, topics
 * and rules; or such a function triggers them; or they consume a dead-letter queue on the way.
 */
export function triggeredBy(bucketId: string, template: Template): TriggeredFunction[] {
  const found: TriggeredFunction[] = [];
  const seen = new Set<string>();
  const paths = notifiedBy(bucketId, template).map((id) => [bucketId, id]);
  for (const path of paths) {
    const id = path.at(-1) ?? '';
    if (seen.has(id)) continue;
    seen.add(id);
    if (template.Resources?.[id]?.Type === 'AWS::Lambda::Function') found.push({ functionId: id, path });
    paths.push(...nextAfter(id, template).map((next) => [...path, next]));
  }
  return found;
}

/** The role of a function; undefined if it is not in the template. */
export function roleOf(functionId: string, template: Template): string | undefined {
  return idIn(template.Resources?.[functionId]?.Properties?.Role, template);
}

function notifiedBy(bucketId: string, template: Template): string[] {
  const own = template.Resources?.[bucketId]?.Properties ?? {};
  // CDK's `bucket.addEventNotification` makes it.
  const custom = resourcesOf(template, 'Custom::S3BucketNotifications')
    .map(([, properties]) => properties)
    .filter(({ BucketName }) => textOf(BucketName, template) === textOf({ Ref: bucketId }, template));
  const configurations = [own, ...custom].map((properties) => properties.NotificationConfiguration);
  return configurations.filter(isObject).flatMap((configuration) => {
    const direct = Object.values(configuration)
      .flatMap(listOf)
      .filter(isObject)
      .flatMap((target) => TARGET_FIELDS.map((field) => idIn(target[field], template)));
    const byRule = 'EventBridgeConfiguration' in configuration ? ruleTargets(template) : [];
    return [...direct, ...byRule].filter((id) => id !== undefined);
  });
}

/** The targets of every rule that events start. Which events match a rule's pattern is ignored. */
function ruleTargets(template: Template): (string | undefined)[] {
  return resourcesOf(template, 'AWS::Events::Rule')
    .filter(([, rule]) => rule.EventPattern !== undefined)
    .flatMap(([, rule]) => listOf(rule.Targets))
    .filter(isObject)
    .map(({ Arn }) => idIn(Arn, template));
}

function nextAfter(id: string, template: Template): string[] {
  const { Type: type, Properties: properties = {} } = template.Resources?.[id] ?? { Type: '' };
  if (type === 'AWS::Lambda::Function') return sentTo(id, template);
  if (type === 'AWS::SQS::Queue') {
    const { RedrivePolicy: redrive } = properties;
    const deadLetters = isObject(redrive) ? idIn(redrive.deadLetterTargetArn, template) : undefined;
    return [...(deadLetters ? [deadLetters] : []), ...consumersOf(id, template)];
  }
  if (type === 'AWS::SNS::Topic') return subscribersOf(id, template);
  // An alias or a version leads to its function.
  const alias = idIn(properties.FunctionName, template);
  return alias ? [alias] : [];
}

function consumersOf(queueId: string, template: Template): string[] {
  return linked(template, 'AWS::Lambda::EventSourceMapping', queueId, 'EventSourceArn', 'FunctionName');
}

function subscribersOf(topicId: string, template: Template): string[] {
  return linked(template, 'AWS::SNS::Subscription', topicId, 'TopicArn', 'Endpoint');
}

/** Where all links of a type lead that begin at a resource. */
function linked(
  template: Template,
  type: string,
  beginsAt: string,
  begin: keyof Properties,
  end: keyof Properties,
): string[] {
  return resourcesOf(template, type)
    .filter(([, link]) => idIn(link[begin], template) === beginsAt)
    .map(([, link]) => idIn(link[end], template))
    .filter((id) => id !== undefined);
}

function sentTo(functionId: string, template: Template): string[] {
  const role = roleOf(functionId, template);
  const grants = role ? grantsOf(role, template) : [];
  return SENDING.flatMap(([action, type]) =>
    resourcesOf(template, type)
      .map(([id]) => id)
      .filter((id) => grants.some((grant) => allows(grant, action, tokenOf(id)))),
  );
}

/** The first resource of the template to which a value refers, at any depth. */
function idIn(value: unknown, template: Template): string | undefined {
  if (Array.isArray(value)) return first(value, template);
  if (!isObject(value)) return undefined;
  const { Ref: reference, 'Fn::GetAtt': attribute } = value;
  const [id = ''] = listOf(reference ?? attribute);
  return template.Resources?.[String(id)] ? String(id) : first(Object.values(value), template);
}

function first(values: unknown[], template: Template): string | undefined {
  return values.map((value) => idIn(value, template)).find((id) => id !== undefined);
}
