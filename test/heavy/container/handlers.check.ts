import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toPixels } from '../../../core/image/pixels.ts';
import { meanDifference, sample } from '../../support/fixtures/pictures.ts';
import type { Deployment } from '../../support/lambdas/deployment.ts';
import { sqsEvent } from '../../support/lambdas/events.ts';
import { type Completion, completionOf, deployInContainers, deployInProcess } from './deployments.ts';
import { type LambdaFunction, lambdaFunction } from './lambda-function.ts';
import { printLine } from './print.ts';

const PHOTOS = [
  'astronaut-sideways.jpg',
  'chelsea.jpg',
  'coffee.jpg',
  'hubble.jpg',
  'retina-cutout.png',
  'rocket.jpg',
];
const VARIANTS = ['processed', '90', '180', '270', '360'];
const INGEST_ARN = 'arn:aws:sqs:eu-central-1:000000000000:ingest';

/** The outputs that the same sources make of a photo in this process. */
const inProcess = new Map<string, Completion>();
let processor: LambdaFunction;
let parts: LambdaFunction;
let deployment: Deployment;

beforeAll(async () => {
  const reference = await deployInProcess();
  for (const photo of PHOTOS) {
    const upload = await reference.upload(photo, sample(photo));
    await reference.sendTo('ingest', upload.body);
    await reference.drain();
    inProcess.set(photo, await completionOf(reference, upload));
  }
  await reference.close();

  deployment = await deployInContainers(() => {
    processor = lambdaFunction('Processor');
    parts = lambdaFunction('Parts');
    return { processor, parts };
  });
  const [ofProcessor, ofRotation] = [await processor.start(), await parts.start()];
  printLine(
    `init, with the start of the container: processor ${seconds(ofProcessor.initMs)}, rotation ${seconds(ofRotation.initMs)}`,
  );
});
afterAll(async () => {
  await processor.close();
  await parts.close();
  await deployment.close();
});

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

describe('the functions in their containers', () => {
  it.each(PHOTOS)(
    'make of %s what the same code makes of it in this process, byte for byte',
    async (photo) => {
      const upload = await deployment.upload(photo, sample(photo));
      await deployment.sendTo('ingest', upload.body);
      const startedAtMs = performance.now();
      await deployment.deliver('ingest');
      const processedAtMs = performance.now();
      await deployment.drain();
      const endedAtMs = performance.now();

      const { event, outputs } = await completionOf(deployment, upload);
      const reference = inProcess.get(photo);
      expect(event).toMatchObject({ type: 'image.completed', quality: reference?.event.quality });
      expect([...outputs.keys()]).toEqual(VARIANTS);
      const different = VARIANTS.filter((variant) => {
        return !outputs.get(variant)?.equals(reference?.outputs.get(variant) ?? Buffer.alloc(0));
      });
      expect(different).toEqual([]);
      expect([...processor.failures, ...parts.failures]).toEqual([]);
      const { widthPx, heightPx } = event.source;
      printLine(
        `${photo} (${widthPx} × ${heightPx}): processor ${seconds(processedAtMs - startedAtMs)}, ` +
          `four rotations ${seconds(endedAtMs - processedAtMs)}`,
      );
    },
  );

  it.each(PHOTOS)('rotate %s correctly', async (photo) => {
    const outputs = inProcess.get(photo)?.outputs ?? new Map<string, Buffer>();
    for (const variant of VARIANTS) {
      const degrees = variant === 'processed' ? 0 : Number(variant);
      const oriented = await toPixels(sharp(outputs.get('processed')).rotate(degrees % 360));
      const output = await toPixels(sharp(outputs.get(variant)));
      expect(output).toMatchObject({ widthPx: 256, heightPx: 256 });
      // At most two lossy encodings apart. A picture with another rotation differs by tens of levels.
      expect(meanDifference(output, oriented)).toBeLessThan(3);
    }
  });

  it('fail an unreadable message, and only that one', async () => {
    const upload = await deployment.upload('beside.jpg', sample('chelsea.jpg'));
    const messages = [
      { messageId: 'unreadable', body: 'no JSON' },
      { messageId: 'readable', body: upload.body },
    ];
    expect(await processor.consume(sqsEvent(INGEST_ARN, messages))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'unreadable' }],
    });
    expect(await deployment.catalog.get(upload.imageId)).toMatchObject({ state: 'FANNED_OUT' });
    await deployment.drain();
    expect((await completionOf(deployment, upload)).event.type).toBe('image.completed');
  });

  it('report an event that is not from SQS as an error of the function, and survive', async () => {
    await expect(processor.invoke({ source: 'aws.events' })).rejects.toMatchObject({
      name: 'FunctionError',
      errorType: 'UnexpectedBatchTypeError',
    });
    const answer = await processor.consume(sqsEvent(INGEST_ARN, [{ messageId: 'm', body: 'no JSON' }]));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });

  it('report at their start that their settings are missing', async () => {
    const misconfigured = lambdaFunction('Processor', { variables: { DARKROOM_SETTINGS: undefined } });
    await expect(misconfigured.start()).rejects.toMatchObject({
      name: 'FunctionError',
      errorType: 'InvalidInputError',
      message: 'DARKROOM_SETTINGS: expected JSON, received no such variable',
    });
  });
});
