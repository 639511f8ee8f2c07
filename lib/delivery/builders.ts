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

/** The Node that runs npm; the scripts run on the project's own Node. Both images have this version. */
const NODE = 24;

/**
 * The images of CodeBuild: Ubuntu 24.04 on x86_64, Amazon Linux 2023 on arm64.
 *
 * @see https://github.com/aws/aws-codebuild-docker-images
 */
const BUILD_IMAGES = {
  x86_64: LinuxBuildImage.STANDARD_8_0,
  arm64: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0,
} as const;

/** The defaults of every build of the pipeline. */
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

/** The tests need two processors and 8 GB. They run on x86_64, whatever the architecture of the functions. */
export const TESTER: BuildEnvironment = {
  buildImage: BUILD_IMAGES.x86_64,
  computeType: ComputeType.MEDIUM,
};

/** Container images are built on the architecture of the functions, provided that all stages have the same. */
export function imageBuilder(stages: readonly DarkroomConfig[]): BuildEnvironment {
  const isForArm = stages.every(({ architecture }) => architecture === 'arm64');
  return { buildImage: BUILD_IMAGES[isForArm ? 'arm64' : 'x86_64'] };
}

/** The project's own version of the CDK's command, so that the pipeline delivers with what was tested. */
export function cdkVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  const { devDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const version = devDependencies['aws-cdk'];
  if (version === undefined) throw new Error('expected aws-cdk among the devDependencies of package.json');
  return version;
}
