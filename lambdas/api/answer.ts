import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createApi } from '../../core/http/app.ts';
import type { ApiDependencies } from '../../core/http/dependencies.ts';

/** The HTTP API as a function of events of API Gateway. */
export function answerer(dependencies: ApiDependencies) {
  const answer = handle(createApi(dependencies));
  return (event: LambdaEvent, context: LambdaContext) => answer(event, context);
}
