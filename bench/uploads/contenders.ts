import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ApiClient } from '../../client/http.ts';
import type { UploadForm } from '../../client/types.ts';
import { UploadEngine } from '../../client/uploads.ts';
import type { Contender } from '../timing.ts';

const BATCH = 100;

export const TITLES = {
  sequential: 'plain `fetch`, one at a time',
  parallel: 'plain `fetch`, six at a time',
  engine: 'the engine, six at a time',
} as const;

/** The longest pauses of the event loop while the engine worked, in milliseconds, one for each time it ran. */
export const longestPausesMs: number[] = [];

export function contenders(baseUrl: string, files: readonly File[]): Contender[] {
  return [
    { title: TITLES.sequential, run: () => plain(baseUrl, files, 1) },
    { title: TITLES.parallel, run: () => plain(baseUrl, files, 6) },
    { title: TITLES.engine, run: () => engine(baseUrl, files) },
  ];
}

/** What a page would do without an engine: no progress, no retries, nothing to stop. */
async function plain(baseUrl: string, files: readonly File[], parallelism: number): Promise<undefined> {
  const api = new ApiClient({ baseUrl });
  for (let start = 0; start < files.length; start += BATCH) {
    const batch = files.slice(start, start + BATCH);
    const declared = batch.map(({ name, size, type }) => ({ name, bytes: size, type }));
    const { uploads } = await api.call('POST /uploads', { body: { files: declared } });
    const turns = batch.map((file, index) => ({ file, form: uploads[index] })).values();
    await Promise.all(
      Array.from({ length: parallelism }, async () => {
        for (const { file, form } of turns) await post(file, form);
      }),
    );
  }
}

async function post(file: File, form: UploadForm | undefined): Promise<void> {
  if (form === undefined) throw new Error(`There is no form for ${file.name}.`);
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  const response = await fetch(form.url, { method: 'POST', body });
  await response.arrayBuffer();
  if (!response.ok)
    throw new Error(`Expected ${file.name} to be stored, received status ${response.status}.`);
}

async function engine(baseUrl: string, files: readonly File[]): Promise<undefined> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const uploads = new UploadEngine({ api: new ApiClient({ baseUrl }) });
  uploads.subscribe(() => {});
  uploads.add(files);
  const { counts } = await uploads.whenEnded();
  uploads.close();
  delay.disable();
  longestPausesMs.push(delay.max / 1e6);
  if (counts.uploaded !== files.length)
    throw new Error(`Expected ${files.length} files, stored ${counts.uploaded}.`);
}
