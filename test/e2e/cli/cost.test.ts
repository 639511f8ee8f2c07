import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { darkroom, type Ended } from '../../support/programs.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

function cost(...args: string[]): Promise<Ended> {
  return darkroom(['cost', ...args], ROOT);
}

describe('darkroom cost', () => {
  it('prints what docs/cost.md shows', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8');
    const [, command = '', end] =
      /```text\n\$ npm run -s darkroom -- cost ([^\n]*)\n…\n(.*?)```/s.exec(page) ?? [];
    const { status, stdout } = await cost(...command.split(' '));
    expect(status).toBe(0);
    expect(stdout.slice(stdout.indexOf('A month:'))).toBe(end);

    const { lines } = JSON.parse((await cost(...command.split(' '), '--json')).stdout) as {
      lines: { service: string; amountUsd: number }[];
    };
    const sums = new Map<string, number>();
    for (const { service, amountUsd } of lines) sums.set(service, (sums.get(service) ?? 0) + amountUsd);
    const rows = [...page.matchAll(/^\| (\S+) \| (\d+\.\d\d) \| /gm)].map(([, ...cells]) => cells);
    expect(new Map(rows as [string, string][])).toEqual(
      new Map([...sums].map(([service, sum]) => [service, sum.toFixed(2)])),
    );
  });

  it('prints the same as JSON', async () => {
    const { stdout } = await cost('--images', '1000', '--json');
    const { lines, ...bill } = JSON.parse(stdout);
    expect(bill).toMatchObject({ region: 'us-east-1', totalUsd: expect.any(Number) });
    expect(lines).toContainEqual({
      service: 'SNS',
      item: 'messages',
      quantity: 1000,
      unit: 'requests',
      priceUsd: 0.5,
      priceFor: 1e6,
      amountUsd: 0.0005,
    });
  });

  it.each([
    [[], 'cost --images: expected the number of uploads per month, received none'],
    [['--images', '0'], '--images: expected a whole number from 1, received "0"'],
    [['--images', '1e6'], '--images: expected a whole number from 1, received "1e6"'],
    [['--images', '9', '--avg-mb', '-1'], '--avg-mb'],
    [['--images', '9', '--avg-mb', '0'], '--avg-mb: expected a number above 0 and up to 52'],
    [['--images', '9', '--avg-mb', '53'], '--avg-mb: expected a number above 0 and up to 52'],
    [['--images', '9', '--recipe', 'vivd'], 'no built-in recipe "vivd". Did you mean vivid?'],
    [['--images', '9', '--keep-months', '0'], '--keep-months: expected a whole number from 1, received "0"'],
    [['--images', '9', '--compute-ms', 'x'], '--compute-ms: expected a whole number from 1, received "x"'],
    [['9'], 'cost: expected no arguments, received 9'],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await cost(...args);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
