import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Architecture, Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { modesOf } from '../../core/labels/models.ts';
import { bundleHandlers, type Handler, LABEL_FUNCTIONS } from '../../docker/bundle.ts';
import { addHeicDecoder } from '../../docker/heic-package.ts';
import { addLabelPackages } from '../../docker/label-packages.ts';
import { installNativePackages } from '../../docker/native-packages.ts';
import type { DarkroomConfig } from '../config/config.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** The names of the two architectures in Lambda, Docker and npm. */
export const PROCESSORS = {
  arm64: { lambda: Architecture.ARM_64, docker: Platform.LINUX_ARM64, npm: 'arm64' },
  x86_64: { lambda: Architecture.X86_64, docker: Platform.LINUX_AMD64, npm: 'x64' },
} as const;

/** A container image of docker/ with the worker's handler. Synthesis copies its files, and deployment builds it. */
export function imageCode(
  worker: Handler,
  {
    architecture,
    baseImage,
    heic = false,
    labels = 'off',
  }: Pick<DarkroomConfig, 'architecture' | 'baseImage'> & Partial<Pick<DarkroomConfig, 'heic' | 'labels'>>,
): DockerImageCode {
  const buildArgs = {
    ...(baseImage === undefined ? {} : { BASE_IMAGE: baseImage }),
    ...(heic ? { HEIC: 'yes' } : {}),
    ...(classifies(worker) ? { LABELS: modesOf(labels).join(',') } : {}),
  };
  const file = classifies(worker) ? 'docker/labels.Dockerfile' : 'docker/Dockerfile';
  return DockerImageCode.fromImageAsset(REPOSITORY, {
    file,
    platform: PROCESSORS[architecture].docker,
    ...(Object.keys(buildArgs).length === 0 ? {} : { buildArgs }),
    cmd: [handlerOf(worker)],
    exclude: readFileSync(join(REPOSITORY, `${file}.dockerignore`), 'utf8').split('\n'),
    ignoreMode: IgnoreMode.DOCKER,
  });
}

/**
 * The worker's bundle as a zip file, made at synthesis. The asset changes only when the bundle changes.
 *
 * @param native the deployment, for a function that needs native packages for its architecture; needs a network
 */
export function zipCode(
  worker: Handler,
  native?: Pick<DarkroomConfig, 'architecture' | 'heic' | 'labels'>,
): Code {
  return Code.fromAsset(join(REPOSITORY, 'lambdas', worker), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('not-used'),
      local: {
        tryBundle(outDir) {
          bundleHandlers([worker], outDir);
          if (native === undefined) return true;
          const cpu = PROCESSORS[native.architecture].npm;
          if (worker !== 'labels') installNativePackages(outDir, cpu);
          if (worker !== 'labels' && native.heic) addHeicDecoder(outDir);
          if (classifies(worker)) addLabelPackages(outDir, cpu, modesOf(native.labels));
          return true;
        },
      },
    },
  });
}

function classifies(worker: Handler): boolean {
  return LABEL_FUNCTIONS.some((name) => name === worker);
}

export function handlerOf(worker: Handler): string {
  return `${worker}.handler`;
}
