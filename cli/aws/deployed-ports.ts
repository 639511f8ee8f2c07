import type { Ports } from '../../core/ports.ts';
import { snsClient } from '../../lambdas/adapters/clients.ts';
import { snsPublisher } from '../../lambdas/adapters/sns-publisher.ts';
import { awsPorts } from '../../lambdas/runtime/ports.ts';
import { text } from '../../lambdas/runtime/settings.ts';
import type { Deployment } from './deployment.ts';

/**
 * Variables that are about the function and not about the deployment. The role that signs links is one: a person may
 * not assume it, so that links are signed with the person's own credentials.
 */
const THE_FUNCTIONS_OWN = /^(AWS|NODE|POWERTOOLS|SIGNER)_/;

/**
 * The ports of a deployment, with the credentials of the environment. As the functions' adapters read the environment,
 * this process gets their variables, and looks at one deployment only.
 */
export function deployedPorts({ variables }: Deployment): Ports {
  for (const [name, value] of Object.entries(variables)) {
    if (!THE_FUNCTIONS_OWN.test(name)) process.env[name] = value;
  }
  // The functions' announcer also writes metrics to standard output, which is the command's own.
  return { ...awsPorts(), publisher: snsPublisher(snsClient(), () => text('TOPIC_ARN')) };
}
