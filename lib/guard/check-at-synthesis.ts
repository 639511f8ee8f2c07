import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { loopGuard } from './loop-guard.ts';

/**
 * Has every stack of an app checked whenever it is synthesised, those in the stages of a pipeline included: by the
 * loop guard, and by cdk-nag's rules for well-built solutions and for serverless ones. Any finding ends the synthesis,
 * unless the resource accepts it (accept.ts).
 */
export function checkAtSynthesis(app: App): void {
  const packs = [new AwsSolutionsChecks(app, { verbose: true }), new ServerlessChecks(app, { verbose: true })];
  Validations.of(app).addPlugins(loopGuard, ...packs);
}
