import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

/* Runs in the container, and prints what it may write and whom it may call. */

const FOLDERS = ['/', '/var/task', '/var/runtime', '/var/tmp', '/run', '/dev', '/dev/shm', '/tmp'];

/** An address that belongs to nobody (RFC 5737). */
const OUTSIDE = { host: '192.0.2.1', port: 443 };

function write(folder) {
  try {
    writeFileSync(`${folder}/probe`, '');
    return 'written';
  } catch ({ code }) {
    return code;
  }
}

const status = readFileSync('/proc/self/status', 'utf8');
const capabilities = Array.from(status.matchAll(/^Cap\w+:\s*(\w+)$/gm), ([, set]) =>
  Number.parseInt(set, 16),
);
const facts = {
  user: process.getuid(),
  groups: process.getgroups(),
  writes: Object.fromEntries(FOLDERS.map((folder) => [folder, write(folder)])),
  capabilities: [...new Set(capabilities)],
  noNewPrivileges: /^NoNewPrivs:\s*1$/m.test(status),
  interfaces: Object.keys(networkInterfaces()),
  memoryBytes: process.constrainedMemory(),
  variables: Object.keys(process.env),
};
connect(OUTSIDE).once('error', ({ code }) => console.log(JSON.stringify({ ...facts, outside: code })));
