import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, wholeNumber } from '../../support/command-line.ts';
import { canJudgePictures, installImageMagick, installOracle } from '../../support/oracle/oracle.ts';
import { type Finding, type FuzzReport, fuzz, tryInput } from './fuzz.ts';
import { writeSeeds } from './seeds.ts';

const USAGE = `Usage: npm run fuzz -- [--seconds N] [--inputs N] [--seed N] [--file PATH] [--oracle] [--write-seeds]

Changes small sound images in ways that decoders may not expect, and does the whole work on each in a process of its
own. Every one must end COMPLETE or be refused with a code and a message; the process must live, in bounded memory.
  --seconds N     how long (default 120)
  --inputs N      how many, however long it takes: the same on every machine
  --seed N        another row of inputs (default 1); the same seed tries the same inputs
  --file PATH     one input, such as one of test/heavy/fuzz/findings, with every recipe
  --oracle        installs Pillow and ImageMagick, and fails where they can't be had. They judge the picture of every
                  input that is not refused. Without this, they judge where they are installed
  --write-seeds   makes test/heavy/fuzz/seeds anew`;

const FINDINGS = fileURLToPath(new URL('findings/', import.meta.url));
const PROCESSES = 2;
/** More of them teach nothing more. */
const MAX_FINDINGS = 20;

/** Says whether there is an oracle, so that none is missing in silence. */
async function prepareOracle(isNeeded: boolean): Promise<boolean> {
  if (isNeeded) {
    await installOracle();
    await installImageMagick();
  }
  const hasOracle = await canJudgePictures();
  if (isNeeded && !hasOracle)
    throw new Error('expected Pillow and ImageMagick to work once they are installed');
  if (!hasOracle) console.log('No oracle judges the pictures: --oracle installs Pillow and ImageMagick.');
  return hasOracle;
}

async function replay(path: string, hasOracle: boolean): Promise<number> {
  const report = await tryInput({ name: basename(path), bytes: readFileSync(path) }, hasOracle);
  for (const { kind, what } of report.findings) console.log(`${kind}: ${what}`);
  return summarise(report);
}

/** @param isWanted whether to go on with the input of that number, from 0 on */
async function explore(
  seed: number,
  hasOracle: boolean,
  isWanted: (number: number) => boolean,
): Promise<number> {
  const found: Finding[] = [];
  const report = await fuzz({
    seed,
    processes: PROCESSES,
    hasOracle,
    goesOn: (number) => isWanted(number) && found.length < MAX_FINDINGS,
    onFinding(finding) {
      found.push(finding);
      console.log(
        `${finding.kind}: ${finding.what.split('\n')[0]}\n  replay it with: npm run fuzz -- --file ${save(seed, finding)}`,
      );
    },
  });
  return summarise(report);
}

function summarise({ inputs, endings, compared, findings, slowestMs, peakRssBytes }: FuzzReport): number {
  console.log(`${inputs} inputs, ${findings.length} findings; how they ended: ${JSON.stringify(endings)}`);
  if (Object.keys(compared).length > 0) console.log(`judged by: ${JSON.stringify(compared)}`);
  console.log(
    `slowest: ${slowestMs.toFixed(0)} ms; most memory: ${(peakRssBytes / 1024 ** 2).toFixed(0)} MiB resident`,
  );
  return findings.length === 0 ? 0 : 1;
}

/** @returns where the input is now, with what it did beside it */
function save(seed: number, { kind, number, what, input }: Finding): string {
  mkdirSync(FINDINGS, { recursive: true });
  const path = join(FINDINGS, `${kind}-${seed}-${number}`);
  writeFileSync(path, input.bytes);
  writeFileSync(`${path}.txt`, `${input.name}\n${what}\n`);
  return relative('', path);
}

await runCommand(
  USAGE,
  {
    seconds: { type: 'string', default: '120' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
    oracle: { type: 'boolean', default: false },
    'write-seeds': { type: 'boolean', default: false },
  },
  async ({ seconds, inputs, seed, file, oracle, 'write-seeds': write }) => {
    if (write) {
      console.log(`${await writeSeeds()} seeds written`);
      return 0;
    }
    const hasOracle = await prepareOracle(oracle);
    if (file !== undefined) return replay(file, hasOracle);
    const endsAt = performance.now() + wholeNumber('seconds', seconds) * 1000;
    const most = inputs === undefined ? undefined : wholeNumber('inputs', inputs);
    const isWanted = (number: number) => (most === undefined ? performance.now() < endsAt : number < most);
    return explore(wholeNumber('seed', seed), hasOracle, isWanted);
  },
);
