import assert from 'node:assert/strict';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { podman } from '../../../support/container/engine.ts';
import type { Deployment } from '../deployment.ts';
import { REGISTRY } from '../emulator.ts';

/** The workers that handle pixels. */
const WORKERS = ['processor', 'parts'] as const;

const containersSchema = z.array(
  z.object({ Image: z.string(), ImageID: z.string(), Command: z.array(z.string()) }),
);

/** The image that a deployment built and pushed for its functions. */
export interface DeployedImage {
  uri: string;
  /** The hash of its configuration, which contains the hashes of its layers. */
  id: string;
}

/**
 * Finds the image of the functions, expects it in the registry of the account, and deletes it here, so that it has to be
 * fetched from the registry.
 */
export async function takeImageAway(deployment: Deployment): Promise<DeployedImage> {
  const uris = await Promise.all(WORKERS.map((worker) => imageOf(deployment.functionName(worker))));
  const [uri = ''] = uris;
  assert.deepEqual(new Set(uris), new Set([uri]), 'one image for both functions');
  assert.match(uri, new RegExp(`^${REGISTRY}/cdk-[\\w-]+-container-assets-[\\w-]+:[0-9a-f]{64}$`));
  const id = await idOf(uri);
  await podman('rmi', '--force', id);
  return { uri, id };
}

/** Both functions ran from the image as it came from the registry. */
export async function expectToHaveRun({ uri, id }: DeployedImage): Promise<void> {
  assert.equal(await idOf(uri), id, 'another image came back');
  const containers = containersSchema.parse(JSON.parse(await podman('ps', '--format=json')));
  for (const { Image, ImageID } of containers)
    assert.deepEqual({ Image, ImageID }, { Image: uri, ImageID: id });
  const commands = new Set(containers.map(({ Command }) => Command.join(' ')));
  assert.deepEqual(commands, new Set(WORKERS.map((worker) => `${worker}.handler`)));
}

async function imageOf(FunctionName: string): Promise<string> {
  const { Code, Configuration } = await new LambdaClient().send(new GetFunctionCommand({ FunctionName }));
  assert.equal(Configuration?.PackageType, 'Image', FunctionName);
  return Code?.ImageUri ?? '';
}

async function idOf(name: string): Promise<string> {
  return (await podman('image', 'inspect', '--format={{.Id}}', name)).trim();
}
