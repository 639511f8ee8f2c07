import { Annotations, App } from 'aws-cdk-lib';
import { InvalidInputError } from '../core/errors.ts';
import { readConfig, unknownSettings } from '../lib/config/read-config.ts';
import { addDeployment } from '../lib/deployment.ts';
import { checkAtSynthesis } from '../lib/guard/check-at-synthesis.ts';

const app = new App();

try {
  const stack = addDeployment(
    app,
    readConfig((name) => app.node.tryGetContext(name)),
  );
  checkAtSynthesis(app);
  for (const name of unknownSettings(Object.keys(app.node.getAllContext()))) {
    const warning = `"${name}" is in the context, but is not a setting of Darkroom (see docs/configuration.md)`;
    Annotations.of(stack).addWarningV2(`darkroom:unknown-setting:${name}`, warning);
  }
} catch (error) {
  // The message says which setting is wrong and what was expected. A stack trace would not help.
  if (!(error instanceof InvalidInputError)) throw error;
  console.error(error.message);
  process.exit(1);
}
