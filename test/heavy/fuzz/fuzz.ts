import type { ImageLimits } from '../../../core/image/types.ts';
import { type Recipe, type RecipeInput, recipeSchema } from '../../../core/recipe.ts';
import { ImageProcess } from '../../support/image-process/image-process.ts';
import { type Input, makeInput } from './mutate.ts';
import { PictureOracle } from './picture-oracle.ts';
import { readSeeds } from './seeds.ts';

/** Small, so that many inputs are tried: what a limit refuses is refused early, and a decoder's faults are not about size. */
const LIMITS: ImageLimits = {
  maxBytes: 1_000_000,
  maxPixels: 4_000_000,
  maxPages: 200,
  maxMemoryBytes: 1e9,
  timeoutMs: 10_000,
};

/**
 * The most that a process which works on images within these limits may have resident. It grows to some 500 MiB over
 * 18,000 inputs, as glibc keeps what its arenas had; with MALLOC_ARENA_MAX=2 it stays at 310 MiB.
 */
const MAX_RSS_BYTES = 768 * 1024 ** 2;
/** The time limit of the work, and as much again for the checks around it on a machine with other work. */
const STUCK_AFTER_MS = 2 * LIMITS.timeoutMs;

/** Every input is tried with the first, and with one of the others. */
const RECIPES: readonly Recipe[] = (
  [
    {},
    { resize: { ratio: 1 }, output: { format: 'webp' }, metadata: { keep: 'all' }, rotations: [45] },
    {
      resize: { widthPx: 40, heightPx: 30, fit: 'cover' },
      output: { format: 'png' },
      measure: { detail: false },
    },
    {
      resize: { widthPx: 64, heightPx: 64, fit: 'inside' },
      filters: ['autocontrast', 'denoise'],
      rotations: [360],
    },
    { resize: { widthPx: 32, heightPx: 32 }, animated: 'keep', output: { format: 'webp' }, rotations: [90] },
    { resize: { ratio: 0.3 }, output: { format: 'auto', targetSsim: 0.9 }, metadata: { keep: 'copyright' } },
    { resize: { ratio: 0.2 }, output: { format: 'jpeg', targetQuality: 75 }, rotations: [] },
  ] satisfies RecipeInput[]
).map((recipe) => recipeSchema.parse(recipe));

/** What the oracle compares: the whole picture, without loss. */
const FULL_SIZE: Recipe = recipeSchema.parse({
  resize: { ratio: 1 },
  output: { format: 'png' },
  rotations: [],
  measure: { detail: false },
});

/** An input that did what none may, and all that it takes to see it again. */
export interface Finding {
  kind: 'crash' | 'hang' | 'memory' | 'broken' | 'different';
  what: string;
  number: number;
  input: Input;
}

export interface FuzzReport {
  inputs: number;
  /** How often the work ended how: COMPLETE, or the code of the refusal. */
  endings: Record<string, number>;
  /** How many pictures were compared by whom, or why not; empty without an oracle. */
  compared: Record<string, number>;
  findings: Finding[];
  slowestMs: number;
  peakRssBytes: number;
}

export interface FuzzOptions {
  seed: number;
  /** Called with each input's number; the first that it returns false for ends the run. */
  goesOn(number: number): boolean;
  /** Processes beside each other. */
  processes: number;
  /** Whether Pillow and ImageMagick judge the pictures. */
  hasOracle?: boolean;
  onFinding?(finding: Finding): void;
}

/** Tries inputs until `goesOn` says no; the same seed tries the same inputs in the same order. */
export async function fuzz({
  seed,
  goesOn,
  processes,
  hasOracle,
  onFinding,
}: FuzzOptions): Promise<FuzzReport> {
  const seeds = readSeeds();
  const report = emptyReport();
  let next = 0;
  const take = () => (goesOn(next) ? next++ : undefined);
  const workThrough = async () => {
    const subject = new Subject();
    const oracle = hasOracle === true ? new PictureOracle() : undefined;
    for (let number = take(); number !== undefined; number = take()) {
      const input = makeInput(seeds, seed, number);
      report.inputs += 1;
      const known = report.findings.length;
      for (const recipe of recipesFor(number)) await tryOnce(subject, { number, input, recipe }, report);
      if (oracle !== undefined) await compare(oracle, subject, { number, input }, report);
      for (const finding of report.findings.slice(known)) if (finding.number === number) onFinding?.(finding);
    }
    subject.stop();
    oracle?.stop();
  };
  await Promise.all(Array.from({ length: processes }, workThrough));
  return report;
}

/** What one input does, tried with every recipe. */
export async function tryInput(input: Input, hasOracle = false): Promise<FuzzReport> {
  const report = { ...emptyReport(), inputs: 1 };
  const subject = new Subject();
  for (const recipe of RECIPES) await tryOnce(subject, { number: 0, input, recipe }, report);
  const oracle = hasOracle ? new PictureOracle() : undefined;
  if (oracle !== undefined) await compare(oracle, subject, { number: 0, input }, report);
  oracle?.stop();
  subject.stop();
  return report;
}

/** The process under test; a new one where the last did not live. */
class Subject {
  #process = new ImageProcess();

  async work(bytes: Buffer, recipe: Recipe) {
    const answer = await this.#process.work({ bytes, recipe, limits: LIMITS }, STUCK_AFTER_MS);
    if ('kind' in answer) this.renew();
    return answer;
  }

  renew(): void {
    this.stop();
    this.#process = new ImageProcess();
  }

  stop(): void {
    this.#process.stop();
  }
}

async function tryOnce(
  subject: Subject,
  { number, input, recipe }: { number: number; input: Input; recipe: Recipe },
  report: FuzzReport,
): Promise<void> {
  const find = (kind: Finding['kind'], what: string) => report.findings.push({ kind, what, number, input });
  const answer = await subject.work(input.bytes, recipe);
  if ('kind' in answer) {
    find(answer.kind, answer.what);
    return;
  }
  const { outcome, ms, peakRssBytes } = answer;
  report.slowestMs = Math.max(report.slowestMs, ms);
  report.peakRssBytes = Math.max(report.peakRssBytes, peakRssBytes);
  if (peakRssBytes > MAX_RSS_BYTES) {
    find('memory', `${Math.round(peakRssBytes / 1024 ** 2)} MiB were resident`);
    subject.renew();
  }
  if (outcome.state === 'BROKEN') find('broken', outcome.what);
  const ending = outcome.state === 'REJECTED' ? outcome.code : outcome.state;
  report.endings[ending] = (report.endings[ending] ?? 0) + 1;
}

/** Lets others judge the picture of an input that is not refused. */
async function compare(
  oracle: PictureOracle,
  subject: Subject,
  { number, input }: { number: number; input: Input },
  report: FuzzReport,
): Promise<void> {
  const answer = await subject.work(input.bytes, FULL_SIZE);
  if ('kind' in answer || answer.outcome.state !== 'COMPLETE') return;
  const verdict = await oracle.judge(input.bytes, answer.outcome.picture, LIMITS);
  const kept = 'reader' in verdict ? verdict.reader : 'kind' in verdict ? verdict.kind : 'read by neither';
  report.compared[kept] = (report.compared[kept] ?? 0) + 1;
  if (verdict.state === 'different') {
    report.findings.push({ kind: 'different', what: verdict.what, number, input });
  }
}

function emptyReport(): FuzzReport {
  return { inputs: 0, endings: {}, compared: {}, findings: [], slowestMs: 0, peakRssBytes: 0 };
}

function recipesFor(number: number): Recipe[] {
  return [0, 1 + (number % (RECIPES.length - 1))].flatMap((index) => RECIPES[index] ?? []);
}
