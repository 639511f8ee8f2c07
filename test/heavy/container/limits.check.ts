import { crc32, deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sample } from '../../support/fixtures/pictures.ts';
import type { Deployment } from '../../support/lambdas/deployment.ts';
import { deployedChoices } from './deployed-function.ts';
import { completionOf, deployInContainers } from './deployments.ts';
import { type LambdaFunction, lambdaFunction } from './lambda-function.ts';
import { printLine } from './print.ts';

/** The stack's timeout is a minute. In this time, not even the first calls to the servers end. */
const TOO_SHORT_MS = 50;

/** Decoded, 20,000 × 20,000 pixels are 1.2 GB. */
const TOO_LARGE_PX = 20_000;

let deployment: Deployment;
let processor: LambdaFunction;
let parts: LambdaFunction;

beforeEach(async () => {
  deployment = await deployInContainers(() => {
    processor = lambdaFunction('Processor');
    parts = lambdaFunction('Parts');
    // Looked up for each batch, because a test may replace the function.
    return { processor: { consume: (event) => processor.consume(event) }, parts };
  });
});
afterEach(async () => {
  await processor.close();
  await parts.close();
  await deployment.close();
});

it('an invocation that takes too long is killed, and its message completes when it is delivered again', async () => {
  const patient = processor;
  processor = lambdaFunction('Processor', { timeoutMs: TOO_SHORT_MS });
  const upload = await deployment.upload('slow.jpg', sample('astronaut-sideways.jpg'));
  await deployment.sendTo('ingest', upload.body);
  expect(await deployment.deliver('ingest')).toEqual({ received: 1, failed: [upload.body] });
  expect(processor.failures).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
  expect((await deployment.catalog.get(upload.imageId))?.endedAt).toBe(undefined);
  expect(await deployment.eventsOf(upload.imageId)).toEqual([]);

  processor = patient;
  await deployment.drain();
  const { event, outputs } = await completionOf(deployment, upload);
  expect(event.type).toBe('image.completed');
  expect([...outputs.keys()]).toEqual(['processed', '90', '180', '270', '360']);
  expect([...processor.failures, ...parts.failures]).toEqual([]);
});

it('an image that needs too much memory kills only its container, and is rejected after three starts', async () => {
  // As in a deployment that has raised the limit of pixels but not the memory.
  const { limits } = deployedChoices();
  processor = lambdaFunction('Processor', {
    settings: { limits: { ...limits, maxPixels: 500_000_000 }, maxStartMs: 1 },
  });
  const upload = await deployment.upload('huge.png', blackPng(TOO_LARGE_PX, TOO_LARGE_PX));
  await deployment.sendTo('ingest', upload.body);
  for (let startCount = 1; startCount <= 3; startCount++) {
    expect(await deployment.deliver('ingest')).toEqual({ received: 1, failed: [upload.body] });
    expect(processor.failures).toHaveLength(startCount);
    expect(processor.failures.at(-1)).toMatchObject({
      name: 'SandboxEndedError',
      ending: { exitCode: 137, outOfMemory: true },
    });
    expect(await deployment.catalog.get(upload.imageId)).toMatchObject({ state: 'PROCESSING', startCount });
  }
  expect(await deployment.deliver('ingest')).toEqual({ received: 1, failed: [] });
  expect(await deployment.deliver('ingest')).toEqual({ received: 0, failed: [] });
  expect(await deployment.catalog.get(upload.imageId)).toMatchObject({ state: 'REJECTED', startCount: 3 });
  const { event } = await completionOf(deployment, upload);
  expect(event).toMatchObject({ type: 'image.rejected', reason: { code: 'PROCESSING_LIMIT' }, outputs: [] });
  printLine(`out of memory: killed in three starts, then: ${event.reason?.message}`);
});

/** A valid PNG of one bit a pixel: a small file, but three bytes a pixel once it is decoded. */
function blackPng(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  const bytesPerRow = 1 + Math.ceil(widthPx / 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(bytesPerRow * heightPx))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}
