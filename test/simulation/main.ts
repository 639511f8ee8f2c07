import { oneOf, runCommand, wholeNumber } from '../support/command-line.ts';
import { BUGS, type Bug } from './bugs.ts';
import { type Outcome, simulate } from './scenario.ts';

const USAGE = `Usage: npm run simulate -- [--seeds N] [--from N] [--seed N] [--bug NAME]

Runs the pipeline's use cases in simulated worlds, one a seed, in which everything goes wrong.
  --seeds N    how many worlds (default 2000)
  --from N     the first seed (default 1)
  --seed N     one world, with its trace
  --bug NAME   with a known mistake built in: ${BUGS.join(', ')}`;

async function replay(seed: number, bug: Bug | undefined): Promise<number> {
  const outcome = await simulate(seed, bug);
  console.log(outcome.trace.join('\n'));
  return report(outcome);
}

async function explore(from: number, seeds: number, bug: Bug | undefined): Promise<number> {
  const states: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const startedAt = Date.now();
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = await simulate(seed, bug);
    if (outcome.violations.length > 0) {
      console.log(outcome.trace.join('\n'));
      return report(outcome);
    }
    addTo(states, outcome.states);
    addTo(faults, outcome.faults);
    if (seed % 10_000 === 0) console.error(`… seed ${seed}`);
  }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${seeds} worlds from seed ${from} on, every invariant held, in ${seconds} s`);
  console.log(`images: ${JSON.stringify(states)}`);
  console.log(`calls and faults: ${JSON.stringify(faults)}`);
  return 0;
}

function report({ seed, violations }: Outcome): number {
  if (violations.length === 0) {
    console.log(`seed ${seed}: every invariant held`);
    return 0;
  }
  console.log(`\nseed ${seed} broke an invariant:`);
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(`replay it with: npm run simulate -- --seed ${seed}`);
  return 1;
}

function addTo(sums: Record<string, number>, more: Record<string, number>): void {
  for (const [key, value] of Object.entries(more)) sums[key] = (sums[key] ?? 0) + value;
}

await runCommand(
  USAGE,
  {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
  },
  async ({ seeds, from, seed, bug: name }) => {
    const bug = oneOf('bug', name, BUGS);
    if (seed !== undefined) return replay(wholeNumber('seed', seed), bug);
    return explore(wholeNumber('from', from), wholeNumber('seeds', seeds), bug);
  },
);
