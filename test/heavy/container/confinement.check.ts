import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { podman } from '../../support/container/engine.ts';
import { IMAGE } from '../../support/container/image.ts';
import { CONFINEMENT } from './container.ts';
import { guard, memoryFlags } from './memory.ts';

describe('a container of the image', () => {
  let info: Record<string, unknown>;
  beforeAll(async () => {
    const probe = await readFile(join(import.meta.dirname, 'probe.mjs'), 'utf8');
    const flags = [...CONFINEMENT, ...memoryFlags(guard), '--rm', '--entrypoint=node'];
    info = JSON.parse(await podman('run', ...flags, IMAGE, '--input-type=module', '--eval', probe));
  });

  it('runs as a user without privileges', () => {
    expect(info).toMatchObject({ user: 993, groups: [990], capabilities: [0], noNewPrivileges: true });
  });

  it('can write only to /tmp', () => {
    expect(info.writes).toEqual({
      '/': 'EROFS',
      '/var/task': 'EROFS',
      '/var/runtime': 'EROFS',
      '/var/tmp': 'EROFS',
      '/run': 'EROFS',
      '/dev': 'EACCES',
      '/dev/shm': 'ENOENT',
      '/tmp': 'written',
    });
  });

  it('sees only the network of the servers', () => {
    expect(info).toMatchObject({ interfaces: ['lo'], outside: 'ENETUNREACH' });
  });

  it('knows nothing of the machine that built it', () => {
    expect(info.variables).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/proxy|cert|registry/i)]),
    );
  });
});
