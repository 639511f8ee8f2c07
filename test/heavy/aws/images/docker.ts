#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { networkFlags } from '../../../support/container/image.ts';

/*
 * The `docker` command that CDK calls in the check. It is podman, which has the same commands. Only a build runs in the
 * outside network, because it needs the npm registry.
 */

const [command = '', ...args] = process.argv.slice(2);
const outside = ['nsenter', `--net=${process.env.OUTSIDE_NETWORK}`];
const line =
  command === 'build'
    ? [...outside, 'podman', 'build', ...(await networkFlags()), ...args]
    : ['podman', command, ...args];
const [program = '', ...rest] = line;
process.exitCode = spawnSync(program, rest, { stdio: 'inherit' }).status ?? 1;
