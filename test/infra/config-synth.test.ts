import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const BIN = join(REPOSITORY, 'node_modules', '.bin');
const folder = mkdtempSync(join(tmpdir(), 'darkroom-wrong-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** What the real command prints, and what it leaves behind. */
async function synth(...settings: string[]): Promise<{ code: number | null; said: string; left: boolean }> {
  const output = join(folder, settings.join('-').replace(/\W/g, '_'));
  const args = [
    'synth',
    '--quiet',
    '--output',
    output,
    ...settings.flatMap((setting) => ['--context', setting]),
  ];
  const env = { ...process.env, PATH: [BIN, process.env.PATH].join(delimiter) };
  return new Promise((resolve) => {
    const child = execFile(join(BIN, 'cdk'), args, { cwd: REPOSITORY, env }, (_error, stdout, stderr) =>
      resolve({
        code: child.exitCode,
        said: stdout + stderr,
        left: existsSync(join(output, 'manifest.json')),
      }),
    );
  });
}

it('a wrong setting ends cdk synth, with what was expected and no stack trace', {
  timeout: 60_000,
}, async () => {
  const [one, related] = await Promise.all([
    synth('alarmEmail=ops', 'maxConcurrency=1'),
    synth('replicaRegion=eu-west-1', 'domainName=photos.example.com'),
  ]);
  for (const { code, said, left } of [one, related]) {
    expect(code).toBe(1);
    expect(left).toBe(false);
    expect(said).toContain('The configuration of Darkroom is wrong (see docs/configuration.md):');
    expect(said).not.toMatch(/\n\s+at /);
  }
  expect(one.said).toContain('\n  alarmEmail: expected an e-mail address, received "ops"');
  expect(one.said).toContain('\n  maxConcurrency: expected number to be >=2, received 1');
  expect(related.said).toContain(
    '\n  replicaRegion: expected region to be set as well, received "eu-west-1"',
  );
  expect(related.said).toContain(
    '\n  domainName: expected hostedZoneName and hostedZoneId to be set as well',
  );
});
