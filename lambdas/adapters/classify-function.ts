import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { TransientError } from '../../core/errors.ts';
import type { LabelMode } from '../../core/labels/models.ts';
import type { PictureOutcome, PictureSource, Pixels } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';

/** A picture as JSON carries it. */
type SentPicture = Exclude<PictureSource, { bytes: Uint8Array }> | { base64: string };

/** What the classify function is asked. */
export interface ClassifyRequest {
  pictures: SentPicture[];
  mode: LabelMode;
}

/** Classifies by another function, which this one waits for. */
export function classifyFunction(client: LambdaClient, FunctionName: string): Pixels['classify'] {
  return async (pictures, mode) => {
    const request: ClassifyRequest = { pictures: pictures.map(sentPicture), mode };
    const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(request)) });
    const { FunctionError, Payload } = await wrapAwsErrors('Lambda', client.send(command));
    if (FunctionError !== undefined || Payload === undefined) {
      throw new TransientError('CLASSIFY_FAILED', `The classify function failed (${FunctionError}).`);
    }
    return JSON.parse(Buffer.from(Payload).toString()) as PictureOutcome[];
  };
}

function sentPicture(picture: PictureSource): SentPicture {
  return 'bytes' in picture ? { base64: Buffer.from(picture.bytes).toString('base64') } : picture;
}

/** The picture that was sent. */
export function pictureOf(sent: SentPicture): PictureSource {
  return 'base64' in sent ? { bytes: Buffer.from(sent.base64, 'base64') } : sent;
}
