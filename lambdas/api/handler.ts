import type { Context } from 'aws-lambda';
import { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { API_SETTINGS_VARIABLE, readApiSettings } from '../../core/api-settings.ts';
import { tokenAuthenticator } from '../../core/http/authenticate.ts';
import { problemOf } from '../../core/http/problem.ts';
import { logger } from '../runtime/observability.ts';

const settings = readApiSettings(process.env[API_SETTINGS_VARIABLE]);
const authenticate = tokenAuthenticator(settings);

const app = new Hono();
app.get('/api/v1/me', async ({ req, json }) => json(await authenticate(req.raw)));
app.onError((error, { json }) => {
  const problem = problemOf(error, '');
  return json(problem, problem.status as 401);
});
const answer = handle(app);

/** The HTTP API. */
export async function handler(event: LambdaEvent, context: Context) {
  logger.addContext(context);
  return answer(event, context);
}
