import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Architecture, Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { bundleHandlers, type Handler } from '../../docker/bundle.ts';
import { addHeicDecoder } from '../../docker/heic-package.ts';
import { installNativePackages } from '../../docker/native-packages.ts';
import type { DarkroomConfig } from '../config/config.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const IGNORE_FILE = 'docker/Dockerfile.dockerignore';

/** The names of the two architectures in Lambda, Docker and npm. */
export const PROCESSORS = {
  arm64: { lambda: Architecture.ARM_64, docker: Platform.LINUX_ARM64, npm: 'arm64' },
  x86_64: { lambda: Architecture.X86_64, docker: Platform.LINUX_AMD64, npm: 'x64' },
} as const;

/** The container image of docker/ with the worker's handler. Synthesis copies its files, and deployment builds it. */
export function imageCode(
  worker: Handler,
  {
    architecture,
    baseImage,
    heic = false,
  }: Pick<DarkroomConfig, 'architecture' | 'baseImage'> & Partial<Pick<DarkroomConfig, 'heic'>>,
): DockerImageCode {
  const buildArgs = {
    ...(baseImage === undefined ? {} : { BASE_IMAGE: baseImage }),
    ...(heic ? { HEIC: 'yes' } : {}),
  };
  return DockerImageCode.fromImageAsset(REPOSITORY, {
    file: 'docker/Dockerfile',
    platform: PROCESSORS[architecture].docker,
    ...(Object.keys(buildArgs).length === 0 ? {} : { buildArgs }),
    cmd: [handlerOf(worker)],
    exclude: readFileSync(join(REPOSITORY, IGNORE_FILE), 'utf8').split('\n'),
    ignoreMode: IgnoreMode.DOCKER,
  });
}

/**
 * The worker's bundle as a zip file, made at synthesis. The asset changes only when the bundle changes.
 *
 * @param nativeFor the architecture whose native packages are added; needs a network
 * @param hasHeic whether the decoder of HEIC is added; needs a network
 */
export function zipCode(worker: Handler, nativeFor?: DarkroomConfig['architecture'], hasHeic = false): Code {
  return Code.fromAsset(join(REPOSITORY, 'lambdas', worker), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('not-used'),
      local: {
        tryBundle(outDir) {
          bundleHandlers([worker], outDir);
          if (nativeFor) installNativePackages(outDir, PROCESSORS[nativeFor].npm);
          if (hasHeic) addHeicDecoder(outDir);
          return true;
        },
      },
    },
  });
}

export function handlerOf(worker: Handler): string {
  return `${worker}.handler`;
}
