import type { CrashCase } from './crash-case.ts';
import { flood } from './flood.ts';
import { killProcess } from './kill-process.ts';
import { killStart } from './kill-start.ts';
import { forbidWriting, runOutOfSpace, takeAway } from './storage.ts';

const STORAGE_IMAGES = 40;

export const CASES: readonly CrashCase[] = [
  { name: 'start', description: 'darkroom start is killed', images: 300, run: killStart },
  { name: 'process', description: 'darkroom process is killed', images: 200, run: killProcess },
  {
    name: 'full',
    description: 'the disk is full for a while',
    images: STORAGE_IMAGES,
    run: runOutOfSpace,
  },
  {
    name: 'read-only',
    description: 'the outputs are read-only for a while',
    images: STORAGE_IMAGES,
    run: forbidWriting,
  },
  {
    name: 'no-outputs',
    description: 'the outputs vanish for a while',
    images: STORAGE_IMAGES,
    run: (folder, options) => takeAway(folder, 'outputs', options),
  },
  {
    name: 'no-inbox',
    description: 'the inbox vanishes for a while',
    images: STORAGE_IMAGES,
    run: (folder, options) => takeAway(folder, 'inbox', options),
  },
  {
    name: 'no-data',
    description: 'the whole data folder vanishes for a while',
    images: STORAGE_IMAGES,
    run: (folder, options) => takeAway(folder, '', options),
  },
  {
    name: 'flood',
    description: 'many images are in the inbox at once; Linux only',
    images: 10_000,
    isOptional: true,
    run: flood,
  },
];
