import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Reason } from '../../../../core/errors.ts';
import {
  type CompletionEvent,
  completionEventSchema,
} from '../../../../core/pipeline/messages/completion.ts';
import { resumeBody } from '../../../../core/pipeline/messages/tasks.ts';
import { recipeBook } from '../../../../core/recipe.ts';
import { attachToDataFolder } from '../../../../local/data-folder.ts';
import { openRuntime, type Runtime, type RuntimeOptions } from '../../../../local/worker/runtime.ts';
import { smallJpeg } from '../../../support/programs.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let events: CompletionEvent[];
let problems: Reason[];
let runtime: Runtime | undefined;

beforeEach(() => {
  temporary = temporaryFolder();
  [events, problems] = [[], []];
});
afterEach(async () => {
  await runtime?.stop();
  temporary[Symbol.dispose]();
});

const path = (...names: string[]) => join(temporary.path, ...names);

function options(): RuntimeOptions {
  return {
    stateDir: path('state'),
    inbox: { bucket: 'inbox', directory: path('inbox') },
    outputs: { bucket: 'outputs', directory: path('outputs') },
    recipeName: 'augment',
    recipes: recipeBook(),
    limits: { maxBytes: 1e7, maxPixels: 1e7, maxPages: 10, maxMemoryBytes: 1e9, timeoutMs: 10_000 },
    webhooks: [],
    linkTtlS: 3600,
    trashDays: 30,
    concurrency: 2,
    retry: { firstMs: 1, longestMs: 2 },
    onEnded: (event) => void events.push(event),
    onError: (problem) => problems.push(problem),
  };
}

function open(): Runtime {
  runtime = openRuntime(options());
  return runtime;
}

async function close(): Promise<void> {
  await runtime?.stop();
  runtime = undefined;
}

async function upload({ images }: Runtime, key: string, content: Buffer | string) {
  writeFileSync(path('inbox', key), content);
  const source = await images.find(key);
  if (!source) throw new Error(`no file ${key}`);
  return images.submit(source);
}

function eventFile(): CompletionEvent[] {
  const lines = readFileSync(path('state', 'events.ndjson'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => completionEventSchema.parse(JSON.parse(line)));
}

it('processes uploads to their ends, and keeps no intermediate', async () => {
  open();
  await upload(runtime as Runtime, 'a.jpg', await smallJpeg(1));
  await upload(runtime as Runtime, 'b.jpg', 'no picture');
  await runtime?.start();
  await vi.waitFor(() => expect(events).toHaveLength(2), 5000);
  const byKey = new Map(events.map((event) => [event.source.key, event]));
  expect(byKey.get('a.jpg')).toMatchObject({ type: 'image.completed', recipe: 'augment' });
  expect(byKey.get('b.jpg')?.reason?.code).toBe('UNSUPPORTED_FORMAT');
  const outputs = readdirSync(path('outputs'), { recursive: true, withFileTypes: true });
  const kept = outputs
    .filter((entry) => entry.isFile())
    .map(({ parentPath }) => relative(path('outputs'), parentPath));
  expect(new Set(kept.map((folder) => folder.split(sep)[0]))).toEqual(
    new Set(['processed', 'augmented-images', 'previews']),
  );
  expect(eventFile()).toHaveLength(2);
});

it('processes at the next start what was sent before a stop', async () => {
  const first = open();
  await upload(first, 'a.jpg', await smallJpeg(1));
  await close();
  await open().start();
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['image.completed']), 5000);
});

it('ends an image as FAILED that fails every time, and completes it after a redrive', async () => {
  open();
  await upload(runtime as Runtime, 'a.jpg', await smallJpeg(1));
  renameSync(path('outputs'), path('outputs-away'));
  writeFileSync(path('outputs'), 'a file where the folder was');
  await runtime?.start();
  await vi.waitFor(() => expect(events).toHaveLength(1), 5000);
  expect(events[0]).toMatchObject({ type: 'image.failed', outputs: [] });
  expect(events[0]?.reason?.message).toMatch(/gave up after its last try: Could not/);
  expect(problems.length).toBeGreaterThan(0);

  rmSync(path('outputs'));
  renameSync(path('outputs-away'), path('outputs'));
  await runtime?.images.redrive(events[0]?.imageId ?? '');
  await vi.waitFor(() => expect(events).toHaveLength(2), 5000);
  expect(events[1]).toMatchObject({ type: 'image.completed', run: 1, attempt: 2 });
});

it('records a message that nobody can read as unprocessable, and continues', async () => {
  open();
  const { ports, database } = attachToDataFolder(options());
  await ports.queue.send('ingest', ['{"version": 99}', 'no JSON']);
  await ports.queue.send('parts', [resumeBody({ imageId: 'ab'.repeat(32), run: 1, attempt: 1 })]);
  await upload(runtime as Runtime, 'a.jpg', await smallJpeg(1));
  await runtime?.start();
  await vi.waitFor(async () => {
    const unprocessableMessages: string[] = [];
    for await (const { queue } of ports.catalog.unprocessableMessages()) unprocessableMessages.push(queue);
    expect(unprocessableMessages.toSorted()).toEqual(['ingest', 'ingest', 'parts']);
  }, 5000);
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['image.completed']), 5000);
  expect(await runtime?.backlog()).toEqual({ ingest: 0, parts: 0, labels: 0 });
  expect(problems).toEqual([]);
  database.close();
});

it('makes a second run and keeps the first', async () => {
  open();
  await upload(runtime as Runtime, 'a.jpg', await smallJpeg(1));
  await runtime?.start();
  await vi.waitFor(() => expect(events).toHaveLength(1), 5000);
  await runtime?.images.reprocess(events[0]?.imageId ?? '', 'thumbnail');
  await vi.waitFor(() => expect(events).toHaveLength(2), 5000);
  expect(events[1]).toMatchObject({ run: 2, recipe: 'thumbnail', type: 'image.completed' });
  expect(events[1]?.outputs.map(({ key }) => key)).toEqual([
    expect.stringMatching(/_50pct_[0-9a-f]{16}_r2\.jpg$/),
  ]);
});

it('waits for the end of an attempt', async () => {
  await open().start();
  const first = await upload(runtime as Runtime, 'a.jpg', await smallJpeg(1));
  expect(await runtime?.end(first)).toMatchObject({ state: 'COMPLETE', run: 1 });
  const second = await runtime?.images.reprocess(first.imageId, 'thumbnail');
  if (second) expect(await runtime?.end(second)).toMatchObject({ state: 'COMPLETE', run: 2 });
  const records: string[] = [];
  for await (const { source, run } of (runtime as Runtime).images.records())
    records.push(`${source.key} ${run}`);
  expect(records).toEqual(['a.jpg 2']);
});

it('watches the inbox where somebody asks for its scans', async () => {
  const scans: number[] = [];
  runtime = openRuntime({ ...options(), onScanned: ({ taken }) => scans.push(taken) });
  await runtime.start();
  writeFileSync(path('inbox', 'a.jpg'), await smallJpeg(1));
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['image.completed']), 5000);
  expect(scans).toContain(1);
});

it('writes what it does to a log that machines can read', async () => {
  mkdirSync(path('state'));
  await open().start();
  await close();
  const lines = readFileSync(path('state', 'darkroom.log'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['start', 'stop']);
});
