import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ApiSettings } from '../../core/api-settings.ts';
import { ConflictError, NotFoundError, TransientError, UnprocessableImageError } from '../../core/errors.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Pixels, Trial, TriedPicture } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';
import { classifyFunction } from './classify-function.ts';

/** What the API asks the pixels function for: a view, or with a trial, its picture. */
export interface PixelsRequest {
  imageId: string;
  trial?: Trial;
}

/** What it answers: the record with its view, or the tried picture in base64; or why there can be none. */
export type PixelsAnswer =
  | { record: ImageRecord }
  | { picture: Omit<TriedPicture, 'bytes'> & { base64: string } }
  | { conflict: string }
  | { unprocessable: Pick<UnprocessableImageError, 'code' | 'message'> };

/** Work on pixels by another function, which this one waits for. */
export function pixelsFunction(
  client: LambdaClient,
  {
    pixelsFunctionName: FunctionName,
    classifyFunctionName,
  }: Pick<ApiSettings, 'pixelsFunctionName' | 'classifyFunctionName'>,
): Pixels {
  const classify =
    classifyFunctionName === undefined ? noLabels : classifyFunction(client, classifyFunctionName);
  const ask = async (request: PixelsRequest): Promise<PixelsAnswer> => {
    const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(request)) });
    const { FunctionError, Payload } = await wrapAwsErrors('Lambda', client.send(command));
    if (FunctionError !== undefined || Payload === undefined) throw failed(FunctionError);
    const answer: PixelsAnswer = JSON.parse(Buffer.from(Payload).toString());
    if ('conflict' in answer) throw new ConflictError(answer.conflict);
    if ('unprocessable' in answer) {
      const { code, message } = answer.unprocessable;
      throw new UnprocessableImageError(code, message);
    }
    return answer;
  };
  return {
    classify,
    async makeView({ imageId }) {
      const answer = await ask({ imageId });
      if (!('record' in answer)) throw failed('no record');
      return answer.record;
    },
    async tryRecipe({ imageId }, trial) {
      const answer = await ask({ imageId, trial });
      if (!('picture' in answer)) throw failed('no picture');
      const { base64, ...picture } = answer.picture;
      return { ...picture, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
    },
  };
}

async function noLabels(): Promise<never> {
  throw new NotFoundError('This deployment classifies no images.');
}

function failed(why: string | undefined): TransientError {
  return new TransientError('PIXELS_FAILED', `The pixels function failed (${why}).`);
}
