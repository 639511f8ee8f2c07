import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** The month that docs/cost.md shows. */
const LOAD = ['--images', '1000000', '--avg-mb', '3'];

interface Line {
  service: string;
  item: string;
  amountUsd: number;
}

/** What the command prints below its table for a month, and the sum of each service, for docs/cost.md. */
export function costExample(): string {
  const printed = cost(...LOAD);
  const { lines } = JSON.parse(cost(...LOAD, '--json')) as { lines: Line[] };
  const services = [...Map.groupBy(lines, ({ service }) => service)].map(([service, ofService]) => ({
    service,
    usd: ofService.reduce((sum, { amountUsd }) => sum + amountUsd, 0),
    largest: ofService.reduce((most, line) => (line.amountUsd > most.amountUsd ? line : most)),
  }));
  const rows = services
    .sort((one, other) => other.usd - one.usd)
    .map(
      ({ service, usd, largest }) =>
        `| ${service} | ${usd.toFixed(2)} | ${largest.item}, ${largest.amountUsd.toFixed(2)} |`,
    );
  return `\`\`\`text
$ npm run -s darkroom -- cost ${LOAD.join(' ')}
…
${printed.slice(printed.indexOf('A month:'))}\`\`\`

Above that, the command prints every line of the bill. These are its sums:

| Service | USD | Largest line |
| --- | ---: | --- |
${rows.join('\n')}`;
}

function cost(...args: string[]): string {
  return execFileSync(process.execPath, ['cli/main.ts', 'cost', ...args], { cwd: ROOT, encoding: 'utf8' });
}
