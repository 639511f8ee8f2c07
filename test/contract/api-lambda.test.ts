import { answerer } from '../../lambdas/api/answer.ts';
import { invocationContext } from '../support/lambdas/events.ts';
import { httpEvent, httpResponse } from '../support/lambdas/http-events.ts';
import { describeApiContract } from './api-contract.ts';

describeApiContract('through the function of AWS', async (dependencies) => {
  const answer = answerer(dependencies);
  return {
    fetch: async (request) => {
      return httpResponse(await answer(await httpEvent(request), invocationContext('api')));
    },
    close: async () => {},
  };
});
