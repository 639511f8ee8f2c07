import { cpus } from 'node:os';
import sharp from 'sharp';
import { measureBundles } from './bundles.ts';
import { FLOOR, type Peers, REFERENCE, ssimAlone, warmProcesses, wholeProcesses } from './contenders.ts';
import { makeGreyPlanes } from './grey-planes.ts';
import { measurePeakMemory } from './memory.ts';
import { findPictures, type Picture } from './pictures.ts';
import { findPython, startPython } from './python.ts';
import { cell, markdownTable } from './table.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { race, versionOf } from './timing.ts';

/** Titles of the rows in order, and for each picture a cell to some of them. */
type Column = Map<string, string>;

async function findPeers(): Promise<{ peers: Peers; lines: string[] }> {
  const vips = versionOf('vipsthumbnail', ['--vips-version']);
  const magick = ['magick', 'convert'].find((command) => versionOf(command, ['-version']) !== undefined);
  const python = findPython();
  const warmPython = python === undefined ? undefined : startPython(python);
  const pythonVersions = await warmPython?.run('versions');
  const lines = [
    `Node ${process.versions.node}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    `vipsthumbnail: ${vips ?? 'not installed (Debian: libvips-tools)'}`,
    `ImageMagick: ${magick ? versionOf(magick, ['-version']) : 'not installed (Debian: imagemagick)'}`,
    `Python: ${
      pythonVersions
        ? JSON.stringify(pythonVersions.result)
        : 'not installed (Debian: python3-pil, python3-opencv, python3-skimage)'
    }`,
  ];
  return { peers: { vips: vips !== undefined, magick, python, warmPython }, lines };
}

function measurePicture({ title, path }: Picture, peers: Peers): Promise<Column> {
  process.stderr.write(`${title} …\n`);
  return inTemporaryFolder(async (folder) => {
    const column: Column = new Map();
    const enter = (kind: string, times: Map<string, number>, one = Number.NaN) => {
      for (const [name, ms] of times) column.set(`${kind}: ${name}`, cell(ms, ms / one));
    };
    const whole = await race(wholeProcesses(path, folder, peers));
    const floor = whole.get(FLOOR);
    enter('process', whole, floor);
    enter('warm', await race(warmProcesses(path, peers)), floor);
    const ssim = await race(ssimAlone(await makeGreyPlanes(path, folder), peers));
    enter('SSIM alone', ssim, ssim.get(REFERENCE));
    return column;
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { peers, lines } = await findPeers();
const { pictures, missing } = findPictures();
const columns: Column[] = [];
for (const picture of pictures) columns.push(await measurePicture(picture, peers));
peers.warmPython?.stop();

const titles = [...new Set(columns.flatMap((column) => [...column.keys()]))];
const rows = titles.map((title) => [title, ...columns.map((column) => column.get(title) ?? '–')]);
const [cpu] = cpus();
print(`${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores. ${lines.join('. ')}.`);
for (const sentence of missing) print(sentence);
print('');
print(markdownTable(['', ...pictures.map(({ title }) => title)], rows));
print('');
print(
  'Processes and warm processes: time, and its ratio to `vipsthumbnail`. SSIM alone: the ratio to scikit-image.',
);
print('');
const bundles = (await measureBundles()).map(({ stage, bytes, importMs, processMs }) => [
  stage,
  `${Math.round(bytes / 1024)} KiB`,
  cell(importMs),
  cell(processMs),
]);
print(markdownTable(['Bundle', 'size', 'import', 'whole process'], bundles));
const [largest] = pictures.toReversed();
if (largest !== undefined) {
  const peakMiB = await measurePeakMemory(largest.path);
  print('');
  print(
    `Peak memory of a process that does everything to a JPEG of 100 megapixels: ${Math.round(peakMiB)} MiB.`,
  );
}
