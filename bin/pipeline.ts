import { App } from 'aws-cdk-lib';
import { InvalidInputError } from '../core/errors.ts';
import { DEPLOYMENT_STAGES } from '../lib/config/config.ts';
import { readDelivered, readDelivery } from '../lib/delivery/delivery-config.ts';
import { DeliveryStack } from '../lib/delivery/delivery-stack.ts';
import { checkAtSynthesis } from '../lib/guard/check-at-synthesis.ts';

/* The pipeline that delivers Darkroom is a separate app. docs/delivery.md says how to start it. */

const app = new App();
const contextOf = (name: string): unknown => app.node.tryGetContext(name);

try {
  const delivery = readDelivery(contextOf);
  const stages = DEPLOYMENT_STAGES.map((stage) => readDelivered(stage, delivery, contextOf));
  new DeliveryStack(app, 'Darkroom-delivery', { delivery, stages });
  checkAtSynthesis(app);
} catch (error) {
  if (!(error instanceof InvalidInputError)) throw error;
  console.error(error.message);
  process.exit(1);
}
