import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Loopback, listen } from '../../support/emulators/loopback.ts';

/** A function as Lambda describes it. */
export interface FunctionFacts {
  logicalId: string;
  name: string;
  variables: Record<string, string>;
  memoryMb: number;
  state?: string;
  /** Messages in its log group, oldest first; each a minute after the one before, the last one now. */
  log?: string[];
}

/** An alarm as CloudWatch describes it. */
export interface AlarmFacts {
  name: string;
  state: 'ALARM' | 'OK';
  description: string;
}

export interface StackFacts {
  name: string;
  status: string;
  functions: FunctionFacts[];
  /** URLs by the id in the stack. */
  queues: Record<string, string>;
  alarms: AlarmFacts[];
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

/**
 * CloudFormation, Lambda, CloudWatch and CloudWatch Logs for one stack, on one port: the few calls that the command
 * makes. Resources come in pages of two, alarms in pages of one.
 *
 * @param denied actions that are refused, as IAM names them
 */
export function startControlPlane(stack: StackFacts, denied: ReadonlySet<string>): Promise<Loopback> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { action, answer } = route(stack, request, body);
    const { status, type, body: reply } = denied.has(action) ? refusal(action) : answer();
    response.writeHead(status, { 'content-type': type }).end(reply);
  });
  return listen(server);
}

function route(
  stack: StackFacts,
  { url = '', headers }: IncomingMessage,
  body: string,
): { action: string; answer: () => Answer } {
  const functionName = /^\/2015-03-31\/functions\/(.*)\/configuration$/.exec(url)?.[1];
  if (functionName) {
    return { action: 'lambda:GetFunctionConfiguration', answer: () => functionAnswer(stack, functionName) };
  }
  if (headers['x-amz-target'] === 'Logs_20140328.FilterLogEvents') {
    return { action: 'logs:FilterLogEvents', answer: () => logAnswer(stack, JSON.parse(body)) };
  }
  if (headers['x-amz-target'] === 'GraniteServiceVersion20100801.DescribeAlarms') {
    return { action: 'cloudwatch:DescribeAlarms', answer: () => alarmAnswer(stack, JSON.parse(body)) };
  }
  const query = new URLSearchParams(body);
  const action = query.get('Action') ?? '';
  return {
    action: `cloudformation:${action}`,
    answer: () => (query.get('StackName') === stack.name ? stackAnswer(stack, action, query) : noSuchStack()),
  };
}

function stackAnswer(stack: StackFacts, action: string, query: URLSearchParams): Answer {
  const result = action === 'DescribeStacks' ? describedStack(stack) : listedResources(stack, query);
  const xmlns = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
  return xml(
    200,
    `<${action}Response xmlns="${xmlns}"><${action}Result>${result}</${action}Result></${action}Response>`,
  );
}

function describedStack({ name, status }: StackFacts): string {
  return (
    `<Stacks><member><StackName>${name}</StackName><StackStatus>${status}</StackStatus>` +
    '<CreationTime>2026-11-01T08:00:00Z</CreationTime><LastUpdatedTime>2026-11-20T10:30:00Z</LastUpdatedTime>' +
    '</member></Stacks>'
  );
}

function listedResources({ functions, queues }: StackFacts, query: URLSearchParams): string {
  const resources = [
    ['Storage', 'AWS::S3::Bucket', 'bucket'],
    ...functions.map(({ logicalId, name }) => [logicalId, 'AWS::Lambda::Function', name]),
    ...Object.entries(queues).map(([id, url]) => [id, 'AWS::SQS::Queue', url]),
  ];
  const from = Number(query.get('NextToken') ?? 0);
  const members = resources
    .slice(from, from + 2)
    .map(
      ([id, type, physicalId]) =>
        `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
        `<PhysicalResourceId>${physicalId}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
    );
  const next = from + 2 < resources.length ? `<NextToken>${from + 2}</NextToken>` : '';
  return `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}`;
}

function functionAnswer({ functions }: StackFacts, name: string): Answer {
  const found = functions.find((each) => each.name === name);
  if (!found) return json(404, { message: `Function not found: ${name}` });
  return json(200, {
    FunctionName: name,
    State: found.state ?? 'Active',
    LastUpdateStatus: 'Successful',
    LastModified: '2026-11-20T10:31:02.000+0000',
    MemorySize: found.memoryMb,
    Architectures: ['arm64'],
    Environment: { Variables: found.variables },
    LoggingConfig: { LogGroup: `logs-of-${name}` },
  });
}

/** All lines. The command must ignore those that it did not ask for. */
function logAnswer({ functions }: StackFacts, asked: { logGroupName: string; startTime: number }): Answer {
  const { log = [] } = functions.find(({ name }) => `logs-of-${name}` === asked.logGroupName) ?? {};
  const now = Date.now();
  const events = log.map((message, index) => ({
    eventId: `${asked.logGroupName}-${index}`,
    timestamp: now - (log.length - 1 - index) * 60_000,
    message,
  }));
  return json(200, { events: events.filter(({ timestamp }) => timestamp >= asked.startTime) });
}

function alarmAnswer(
  { alarms }: StackFacts,
  asked: { AlarmNamePrefix: string; StateValue: string; NextToken?: string },
): Answer {
  const from = Number(asked.NextToken ?? 0);
  const meant = alarms.filter(
    ({ name, state }) => name.startsWith(asked.AlarmNamePrefix) && state === asked.StateValue,
  );
  const MetricAlarms = meant.slice(from, from + 1).map(({ name, state, description }, index) => ({
    AlarmName: name,
    AlarmDescription: description,
    StateValue: state,
    StateTransitionedTimestamp: Date.UTC(2026, 10, 20, 10, from + index) / 1000,
  }));
  return json(200, { MetricAlarms, ...(from + 1 < meant.length ? { NextToken: String(from + 1) } : {}) });
}

function noSuchStack(): Answer {
  return xmlError(400, 'ValidationError', 'Stack with id X does not exist');
}

function refusal(action: string): Answer {
  const message = `User: arn:aws:iam::000000000000:user/x is not authorized to perform: ${action} on resource: *`;
  if (action.startsWith('cloudformation:')) return xmlError(403, 'AccessDenied', message);
  return json(400, { __type: 'AccessDeniedException', message });
}

function xmlError(status: number, code: string, message: string): Answer {
  return xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}

function xml(status: number, body: string): Answer {
  return { status, type: 'text/xml', body };
}

function json(status: number, value: object): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}
