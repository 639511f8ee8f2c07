import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import {
  type BuildEnvironment,
  BuildSpec,
  ComputeType,
  LinuxArmBuildImage,
  LinuxBuildImage,
} from 'aws-cdk-lib/aws-codebuild';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { CodeBuildOptions } from 'aws-cdk-lib/pipelines';
import type { DarkroomConfig } from '../config/config.ts';

/** The Node that installs; scripts of npm run on the one that the project brings. Both images have it. */
const NODE = 24;

/**
 * The images of CodeBuild: Ubuntu 24.04, and Amazon Linux 2023 where the processor is arm64.
 *
 * @see https://github.com/aws/aws-codebuild-docker-images
 */
const BUILD_IMAGES = {
  x86_64: LinuxBuildImage.STANDARD_8_0,
  arm64: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0,
} as const;

/** What holds for every machine of the pipeline, unless a step says otherwise. */
export function everyBuilder(logGroup: ILogGroup): CodeBuildOptions {
  return {
    buildEnvironment: { buildImage: BUILD_IMAGES.x86_64, computeType: ComputeType.SMALL },
    partialBuildSpec: BuildSpec.fromObject({
      version: '0.2',
      phases: { install: { 'runtime-versions': { nodejs: NODE } } },
    }),
    logging: { cloudWatch: { logGroup } },
    timeout: Duration.minutes(30),
  };
}

/** The tests want two processors and 8 GB. They are known to hold on x86_64, whatever the functions run on. */
export const TESTER: BuildEnvironment = {
  buildImage: BUILD_IMAGES.x86_64,
  computeType: ComputeType.MEDIUM,
};

/** The machine that builds container images has the processor of the functions, as long as they all have the same. */
export function imageBuilder(stages: readonly DarkroomConfig[]): BuildEnvironment {
  const isForArm = stages.every(({ architecture }) => architecture === 'arm64');
  return { buildImage: BUILD_IMAGES[isForArm ? 'arm64' : 'x86_64'] };
}

/** The version of the CDK's command that the project has: what is delivered is made by what was tested. */
export function cdkVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  const { devDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const version = devDependencies['aws-cdk'];
  if (version === undefined) throw new Error('expected aws-cdk among the devDependencies of package.json');
  return version;
}
