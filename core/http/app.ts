import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { QuotaError, TransientError, UnauthenticatedError } from '../errors.ts';
import { describeIssues } from '../validation.ts';
import type { ApiDependencies } from './dependencies.ts';
import { addDescription } from './description.ts';
import { addDocsPage } from './docs-page.ts';
import { API_PATH, type Api, type ApiEnv } from './env.ts';
import { HttpProblemError, PROBLEM_TYPE, type Problem, problem, problemOf } from './problem.ts';
import { addAccountRoutes } from './routes/account.ts';
import { addAdministrationRoutes } from './routes/administration.ts';
import { addBulkRoutes } from './routes/bulk.ts';
import { addClassifyRoutes, CLASSIFY_PATH, MAX_CLASSIFY_BODY_BYTES } from './routes/classify.ts';
import { addCsvRoutes } from './routes/csv.ts';
import { addExportRoutes } from './routes/exports.ts';
import { addImageRoutes } from './routes/images.ts';
import { addLinkRoutes } from './routes/links.ts';
import { addLiveRoutes } from './routes/live.ts';
import { addPreviewRoutes } from './routes/previews.ts';
import { addTrendRoutes } from './routes/trends.ts';
import { addUploadRoutes } from './routes/uploads.ts';

const MAX_BODY_BYTES = 1_000_000;

/** The longest body of a request to a path. */
export function maxBodyBytes(path: string): number {
  return path === CLASSIFY_PATH ? MAX_CLASSIFY_BODY_BYTES : MAX_BODY_BYTES;
}

/** The HTTP API: one app for the Lambda function and the local server. It knows only the Web's `Request` and `Response`. */
export function createApi(dependencies: ApiDependencies): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({
    // Thrown, so that one place makes every error answer.
    defaultHook: (result) => {
      if (!result.success) throw new HttpProblemError(invalidInput(result.error));
    },
  });
  app.onError((error, { var: { requestId } }) => {
    const found = error instanceof HTTPException ? problemOfHono(error) : problemOf(error, requestId);
    if (found.status >= 500) dependencies.onError(error, requestId);
    return answer(found, headersOf(error));
  });
  app.notFound(({ req }) => answer(problem(404, 'NOT_FOUND', `There is no ${req.method} ${req.path}.`)));
  app.use(`${API_PATH}/*`, async (context, next) => {
    context.set('requestId', crypto.randomUUID());
    await next();
    context.header('cache-control', context.res.headers.get('cache-control') ?? 'private, no-cache');
    context.header('x-content-type-options', 'nosniff');
    context.header('x-request-id', context.get('requestId'));
  });
  app.use(`${API_PATH}/*`, etag());
  addDescription(app);
  addDocsPage(app, dependencies.readDocsAsset);
  app.use(`${API_PATH}/*`, async ({ req, set }, next) => {
    set('principal', await dependencies.authenticate(req.raw));
    await next();
  });
  app.use(`${API_PATH}/*`, (context, next) => limitBody(maxBodyBytes(context.req.path))(context, next));
  const { ports } = dependencies;
  addAccountRoutes(app, dependencies);
  addUploadRoutes(app, ports);
  addImageRoutes(app, ports);
  addPreviewRoutes(app, ports);
  addClassifyRoutes(app, ports);
  addLinkRoutes(app, ports);
  addBulkRoutes(app, dependencies);
  addCsvRoutes(app, ports);
  addExportRoutes(app, ports);
  addTrendRoutes(app, ports);
  addLiveRoutes(app, ports);
  addAdministrationRoutes(app, dependencies);
  return app;
}

function answer(body: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { 'content-type': PROBLEM_TYPE, ...headers },
  });
}

function headersOf(error: unknown): Record<string, string> {
  if (error instanceof HttpProblemError) return error.headers;
  if (error instanceof UnauthenticatedError) return { 'www-authenticate': 'Bearer' };
  if (error instanceof QuotaError) return { 'retry-after': String(error.retryAfterS) };
  if (error instanceof TransientError) return { 'retry-after': '3' };
  return {};
}

function limitBody(maxSize: number) {
  const refuse = () => {
    throw new HttpProblemError(
      problem(413, 'BODY_TOO_LARGE', `Expected a body of at most ${maxSize} bytes.`),
    );
  };
  return bodyLimit({ maxSize, onError: refuse });
}

function invalidInput(error: Parameters<typeof describeIssues>[0]): Problem {
  const field = error.issues[0]?.path.map(String).join('.');
  return problem(400, 'INVALID_INPUT', describeIssues(error), field === '' ? undefined : field);
}

/** Hono's own answers, which are plain text. */
function problemOfHono({ status, message }: HTTPException): Problem {
  if (status === 415) {
    return problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'Expected a body with the Content-Type application/json.');
  }
  if (status === 400) return problem(400, 'INVALID_JSON', `Expected a body of JSON: ${message}.`);
  return problem(status, 'REFUSED', message);
}
