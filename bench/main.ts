import { cpus } from 'node:os';
import { measureBundles } from './bundles.ts';
import { measures, ssimAlone, TITLES, warmProcesses, wholeProcesses } from './contenders.ts';
import { makeGreyPlanes } from './grey-planes.ts';
import { measureMemory } from './memory.ts';
import { findPeers, type Peers } from './peers.ts';
import { findPictures, type Picture } from './pictures.ts';
import { measureScoreCost } from './score-cost.ts';
import { makeSquares } from './squares.ts';
import { cell, markdownTable } from './table.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { measureThumbnailCost } from './thumbnail-cost.ts';
import { race } from './timing.ts';

/** Small, as most uploads of the web, and as a camera makes them. */
const SCORED = ['2 MP', '8 MP'];

/** The cells of a picture by the titles of their rows. */
type Column = Map<string, string>;

function measurePicture({ title, path }: Picture, peers: Peers): Promise<Column> {
  process.stderr.write(`${title} …\n`);
  return inTemporaryFolder(async (folder) => {
    const works = await race([...wholeProcesses(path, folder, peers), ...warmProcesses(path, peers)]);
    const alone = await race(ssimAlone(await makeGreyPlanes(path, folder), peers));
    const quality = await race(measures(await makeSquares(path, folder), peers));
    return new Map([
      ...cells(works, works.get(TITLES.floor)),
      ...cells(alone, alone.get(TITLES.scikitSsim)),
      ...cells(quality, quality.get(TITLES.comparison)),
    ]);
  });
}

function cells(times: Map<string, number>, one: number | undefined): [string, string][] {
  return [...times].map(([title, ms]) => [title, cell(ms, one && ms / one)]);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { peers, lines } = await findPeers();
const { pictures, missing } = findPictures();
const columns: Column[] = [];
for (const picture of pictures) columns.push(await measurePicture(picture, peers));
peers.warmPython?.stop();

const rows = Object.values(TITLES).map((title) => {
  return [title, ...columns.map((column) => column.get(title) ?? 'not installed')];
});
const [cpu] = cpus();
print(`${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores. ${lines.join('. ')}.`);
for (const message of missing) print(message);
print('');
print(markdownTable(['', ...pictures.map(({ title }) => title)], rows));
print('');
print(
  'Time, and its ratio to `vipsthumbnail`; of SSIM alone, to scikit-image; at 640×640 px, to SSIM and PSNR. The best of up to seven turns.',
);
print('');
const scored = pictures.filter(({ title }) => SCORED.includes(title));
print(markdownTable(['The score in a run', 'run', 'SSIMULACRA2', 'share'], await measureScoreCost(scored)));
print('');
const thumbnails = await measureThumbnailCost(pictures);
print(markdownTable(['Processor time', 'everything', 'thumbnail', 'adds'], thumbnails));
print('');
const bundles = (await measureBundles()).map(({ worker, bytes, importMs, processMs }) => [
  worker,
  `${Math.round(bytes / 1024)} KiB`,
  cell(importMs),
  cell(processMs),
]);
print(markdownTable(['Bundle', 'size', 'import', 'whole process'], bundles));
print('');
print(markdownTable(['Memory', 'measured', 'estimated', 'ratio'], await measureMemory()));
