import type { LambdaEvent } from 'hono/aws-lambda';

/**
 * A request as API Gateway hands it to a function, in format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function httpEvent(request: Request): Promise<LambdaEvent> {
  const { pathname, search, hostname } = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  return {
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { ...Object.fromEntries(request.headers), host: hostname },
    requestContext: {
      accountId: '111122223333',
      authentication: null,
      authorizer: {},
      apiId: 'api',
      domainName: hostname,
      domainPrefix: 'api',
      http: {
        method: request.method,
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: '',
      },
      requestId: 'request',
      routeKey: 'ANY /api/{proxy+}',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    body: body.length === 0 ? null : body.toString('base64'),
    isBase64Encoded: body.length > 0,
  };
}

interface Answer {
  statusCode: number;
  headers?: Record<string, string | string[]>;
  body: string;
  isBase64Encoded: boolean;
}

/** What a client gets of a function's answer. */
export function httpResponse({ statusCode, headers = {}, body, isBase64Encoded }: Answer): Response {
  const hasBody = ![204, 304].includes(statusCode);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(hasBody ? new Uint8Array(bytes) : null, { status: statusCode, headers: entries });
}
