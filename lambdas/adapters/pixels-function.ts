import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ConflictError, TransientError } from '../../core/errors.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Pixels } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';

/** What the API asks the pixels function for. */
export interface ViewRequest {
  imageId: string;
}

/** What it answers: the record with its view, or why there can be none. */
export type ViewAnswer = { record: ImageRecord } | { conflict: string };

/** Work on pixels by another function, which this one waits for. */
export function pixelsFunction(client: LambdaClient, FunctionName: string): Pixels {
  return {
    async makeView({ imageId }) {
      const request: ViewRequest = { imageId };
      const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(request)) });
      const { FunctionError, Payload } = await wrapAwsErrors('Lambda', client.send(command));
      if (FunctionError !== undefined || Payload === undefined) {
        throw new TransientError('PIXELS_FAILED', `The pixels function failed (${FunctionError}).`);
      }
      const answer: ViewAnswer = JSON.parse(Buffer.from(Payload).toString());
      if ('conflict' in answer) throw new ConflictError(answer.conflict);
      return answer.record;
    },
  };
}
