import sharp from 'sharp';
import { findPython, startPython, type WarmPython } from './python.ts';
import { versionOf } from './run-process.ts';

/** What else is installed. */
export interface Peers {
  vips: boolean;
  /** The command. */
  magick: string | undefined;
  /** The command of a Python that has what python_peers.py needs. */
  python: string | undefined;
  warmPython: WarmPython | undefined;
  /** The same process, where PyPI's ssimulacra2 is installed too. */
  ssimulacra2: WarmPython | undefined;
}

/** Looks for the peers; a line on each says which version it is, or how it is installed. */
export async function findPeers(): Promise<{ peers: Peers; lines: string[] }> {
  const vips = versionOf('vipsthumbnail', ['--vips-version']);
  const magick = ['magick', 'convert'].find((command) => versionOf(command, ['-version']) !== undefined);
  const python = findPython();
  const warmPython = python === undefined ? undefined : startPython(python);
  const pythonVersions = await warmPython?.run('versions');
  const ssimulacra2 = hasSsimulacra2(pythonVersions?.result) ? warmPython : undefined;
  const lines = [
    `Node ${process.versions.node}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    `vipsthumbnail: ${vips ?? 'not installed (Debian: libvips-tools)'}`,
    `ImageMagick: ${magick ? versionOf(magick, ['-version']) : 'not installed (Debian: imagemagick)'}`,
    `Python: ${
      pythonVersions
        ? JSON.stringify(pythonVersions.result)
        : 'not installed (Debian: python3-pil, python3-opencv, python3-skimage)'
    }`,
    ...(ssimulacra2 ? [] : ['ssimulacra2: not installed (PyPI: ssimulacra2, which needs scipy 1.11)']),
  ];
  return { peers: { vips: vips !== undefined, magick, python, warmPython, ssimulacra2 }, lines };
}

function hasSsimulacra2(versions: unknown): boolean {
  return typeof versions === 'object' && versions !== null && 'ssimulacra2' in versions;
}
