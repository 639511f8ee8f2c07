import { Annotations, App } from 'aws-cdk-lib';
import { InvalidInputError } from '../core/errors.ts';
import type { DarkroomConfig } from '../lib/config/config.ts';
import { readConfig, unknownSettings } from '../lib/config/read-config.ts';
import { addDeployment } from '../lib/deployment.ts';
import { checkAtSynthesis } from '../lib/guard/check-at-synthesis.ts';

const app = new App();
const config = configOrExit();
const stack = addDeployment(app, config);
checkAtSynthesis(app);

for (const name of unknownSettings(Object.keys(app.node.getAllContext()))) {
  const warning = `"${name}" is given in the context, but is no setting of Darkroom (see docs/configuration.md)`;
  Annotations.of(stack).addWarningV2(`darkroom:unknown-setting:${name}`, warning);
}

/** A wrong setting is told in its own words; where in our code it was found helps nobody. */
function configOrExit(): DarkroomConfig {
  try {
    return readConfig((name) => app.node.tryGetContext(name));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
