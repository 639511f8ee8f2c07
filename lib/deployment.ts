import type { Construct } from 'constructs';
import type { DarkroomConfig } from './config/config.ts';
import { DarkroomStack } from './darkroom-stack.ts';
import { isReplicated } from './storage/replica-names.ts';
import { ReplicaStack } from './storage/replica-stack.ts';

/** Adds all stacks of one deployment to an app or to a stage of a pipeline; returns the one with the workers. */
export function addDeployment(scope: Construct, config: DarkroomConfig): DarkroomStack {
  const { stage, account, region } = config;
  const stackName = `Darkroom-${stage}`;
  const stack = new DarkroomStack(scope, stackName, { stackName, config, env: environment(account, region) });
  if (isReplicated(config)) {
    const replicaName = `${stackName}-replica`;
    const env = environment(account, config.replicaRegion);
    const replica = new ReplicaStack(scope, replicaName, { stackName: replicaName, config, env });
    stack.addStackDependency(replica);
  }
  return stack;
}

/** Without an account or a region, CDK takes those of the credentials at deployment. */
function environment(account: string | undefined, region: string | undefined) {
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
}
