import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { loopGuard } from './loop-guard.ts';

/**
 * Has every stack of an app checked whenever it is synthesised, those in the stages of a pipeline included: by the
 * loop guard, and by cdk-nag. Any finding ends the synthesis, unless the resource accepts it (accept.ts).
 */
export function checkAtSynthesis(app: App): void {
  Validations.of(app).addPlugins(loopGuard, ...rulePacks(app));
}

/** cdk-nag's rules for well-built solutions, and those for serverless ones. */
export function rulePacks(app: App): NagPack[] {
  return [AwsSolutionsChecks, ServerlessChecks].map((Pack) => new Pack(app, { verbose: true }));
}
