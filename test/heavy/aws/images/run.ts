import { join } from 'node:path';
import { prepareEngine } from '../../../support/container/engine.ts';
import { buildStandIn } from '../../../support/container/stand-in.ts';
import { installTools } from '../../../support/container/tools.ts';
import { REGISTRY } from '../emulator.ts';
import { runInOwnNetwork } from './own-network.ts';

/** How containers call the machine that they run on. */
const HOST_OF_CONTAINERS = 'host.docker.internal';

/**
 * The check of a deployment with container images. BASE_IMAGE names another base than the stand-in, where it can be
 * pulled.
 *
 * @throws Error where it, or what it needs, fails
 */
export async function checkImages(): Promise<void> {
  await installTools();
  await prepareEngine();
  const BASE_IMAGE = process.env.BASE_IMAGE ?? (await buildStandIn());
  await runInOwnNetwork(join(import.meta.dirname, 'main.ts'), [HOST_OF_CONTAINERS, REGISTRY], { BASE_IMAGE });
}
