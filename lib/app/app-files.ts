import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

const WEB = join(import.meta.dirname, '..', '..', 'web');

/** The built app. Synthesis builds it, unless the present sources have been built. */
export function appFiles(scope: Construct, id: string): Asset {
  return new Asset(scope, id, {
    path: WEB,
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('not-used'),
      local: {
        tryBundle(outDir) {
          cpSync(buildApp(), outDir, { recursive: true });
          return true;
        },
      },
    },
  });
}

/**
 * @returns the folder with the built files
 * @throws Error with what Vite says where it cannot be built
 */
function buildApp(): string {
  const options = { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(WEB, 'build', 'main.ts')], options);
  if (status !== 0) throw new Error(`The app could not be built:\n${stderr}`);
  return stdout.trim();
}
