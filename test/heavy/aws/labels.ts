import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LABEL_MODELS } from '../../../core/labels/models.ts';
import type { Deployment } from './deployment.ts';
import { REPOSITORY } from './emulator.ts';
import { listResources, physicalId } from './stack.ts';

/** A recipe that asks what an image shows. */
export const LABELLED_RECIPE = 'labelled';

/** An update has added labels: an upload gets them with its completion, and a picture is classified at once. */
export async function checkLabels(deployment: Deployment): Promise<void> {
  const bytes = await readFile(join(REPOSITORY, 'samples', 'coffee.jpg'));
  const key = 'labels/coffee.jpg';
  await deployment.upload({ key, recipe: LABELLED_RECIPE, bytes });
  const [completion] = await deployment.subscriber.expect('image.completed', [key]);
  const labels = completion?.event.labels;
  assert.equal(labels?.outcome, 'recognised', JSON.stringify(labels));
  assert.equal(labels.predictions[0]?.name, 'espresso');
  assert.equal(labels.modelSha256, LABEL_MODELS.fast.sha256);

  const [outcome] = await classify(deployment, bytes);
  assert.deepEqual(outcome?.predictions, labels.predictions);
}

/** As the API asks. */
async function classify({ stack }: Deployment, bytes: Buffer): Promise<{ predictions: unknown }[]> {
  const FunctionName = physicalId(
    await listResources(stack),
    'AWS::Lambda::Function',
    'HttpClassifyWorkerFunction',
  );
  const request = { pictures: [{ base64: bytes.toString('base64') }], mode: 'fast' };
  const { FunctionError, Payload } = await new LambdaClient().send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(request)) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  assert.equal(FunctionError, undefined, text);
  return JSON.parse(text);
}
