import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { loopGuard } from './loop-guard.ts';

/**
 * Adds the loop guard and cdk-nag to every synthesis of an app. They check every stack, including those in the stages of
 * a pipeline. A finding ends the synthesis unless the resource accepts it (accept.ts).
 */
export function checkAtSynthesis(app: App): void {
  Validations.of(app).addPlugins(loopGuard, ...rulePacks(app));
}

/** cdk-nag's general rules, and its rules for serverless applications. */
export function rulePacks(app: App): NagPack[] {
  return [AwsSolutionsChecks, ServerlessChecks].map((Pack) => new Pack(app, { verbose: true }));
}
