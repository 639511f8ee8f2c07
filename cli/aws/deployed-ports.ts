import type { Ports } from '../../core/ports.ts';
import { awsPorts } from '../../lambdas/runtime/ports.ts';
import type { Deployment } from './deployment.ts';

/**
 * The ports of a deployment, with the credentials of the environment. A person may not assume the role that signs
 * links, so these credentials sign them.
 */
export function deployedPorts({ settings: { signerRoleArn: _, ...settings } }: Deployment): Ports {
  return awsPorts(settings);
}
