import { type CfnOutput, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { addDeployment } from '../deployment.ts';

/** One deployment as a stage of the pipeline: the same stacks with the same names as with `cdk deploy`. */
export class DeliveredStage extends Stage {
  readonly config: DarkroomConfig;
  private readonly outputs: ReadonlyMap<string, CfnOutput>;

  constructor(scope: Construct, config: DarkroomConfig) {
    super(scope, config.stage);
    this.config = config;
    this.outputs = addDeployment(this, config).outputs;
  }

  /** The output of the deployment with that name. */
  output(name: string): CfnOutput {
    const output = this.outputs.get(name);
    if (!output) throw new Error(`expected an output of Darkroom-${this.config.stage}, received ${name}`);
    return output;
  }
}
