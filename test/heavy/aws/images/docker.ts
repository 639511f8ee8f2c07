#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { networkFlags } from '../../../support/container/image.ts';

/*
 * The `docker` of CDK in the check: podman, which takes the same commands. A build needs the npm registry, so it alone
 * runs in the network outside.
 */

const [command = '', ...args] = process.argv.slice(2);
const outside = ['nsenter', `--net=${process.env.OUTSIDE_NETWORK}`];
const line =
  command === 'build'
    ? [...outside, 'podman', 'build', ...(await networkFlags()), ...args]
    : ['podman', command, ...args];
const [program = '', ...rest] = line;
process.exitCode = spawnSync(program, rest, { stdio: 'inherit' }).status ?? 1;
