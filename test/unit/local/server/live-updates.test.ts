import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveUpdates } from '../../../../client/live.ts';
import type { LiveMessage } from '../../../../client/types.ts';
import { LAPTOP_OWNER, type Principal } from '../../../../core/access.ts';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { endedMessage } from '../../../../core/pipeline/messages/ended-message.ts';
import { liveMessage } from '../../../../core/pipeline/messages/live.ts';
import { attachToDataFolder } from '../../../../local/data-folder.ts';
import { openLog } from '../../../../local/log.ts';
import type { LiveClient } from '../../../../local/server/live-hub.ts';
import type { Loop } from '../../../../local/worker/loop.ts';
import { makeWorkers } from '../../../../local/worker/workers.ts';
import { completionWith } from '../../../support/completion-factory.ts';
import { folderOptions, type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';
import { smallJpeg } from '../../../support/programs.ts';

const OWNER: Principal = { kind: 'laptop-owner', id: LAPTOP_OWNER, name: null };
const IMAGES = 6;
let served: ServedFolder;
let workers: Loop[];
const watchers: Watcher[] = [];

beforeEach(async () => {
  served = await serveFolder();
  const { folder, live, path } = served;
  folder.publisher.onPublished((event) => live.publish(endedMessage(event)));
  const { ports, store: streams, exports, queue } = folder;
  workers = makeWorkers({ ...ports, streams, exports, imaging: sharpImaging, progress: live }, queue, {
    concurrency: 2,
    visibilityMs: 60_000,
    retry: { firstMs: 1, longestMs: 2 },
    log: openLog(`${path}/darkroom.log`),
    onError: () => {},
  });
});
afterEach(async () => {
  for (const watcher of watchers.splice(0)) watcher.updates.stop();
  await Promise.all(workers.map((worker) => worker.stop()));
  await served.close();
});

/** A page that shows every image: by its messages, and by what it reads after each connection. */
class Watcher {
  readonly shown = new Map<string, LiveMessage>();
  connections = 0;
  readonly updates: LiveUpdates;

  constructor() {
    this.updates = new LiveUpdates({
      ticket: () => served.folder.tickets.issue(OWNER, { all: false }),
      onMessage: (message) => this.show(message),
      onResync: () => void this.reread(),
      timing: { backoff: { baseMs: 1, capMs: 2 } },
    });
    this.updates.start();
    watchers.push(this);
  }

  async reread(): Promise<void> {
    this.connections += 1;
    const { catalog } = served.folder.ports;
    for await (const imageId of served.folder.uploads?.folder.imageIds() ?? []) {
      const record = await catalog.get(imageId);
      if (record) this.show(liveMessage('image.changed', record));
    }
  }

  show(message: LiveMessage): void {
    const known = this.shown.get(message.imageId);
    if (known === undefined || message.revision > known.revision) this.shown.set(message.imageId, message);
  }

  /** What a person sees of the images. */
  get page() {
    return [...this.shown.values()]
      .map(({ fileName, state, finished, run, attempt, reason }) => ({
        fileName,
        state,
        finished,
        run,
        attempt,
        reason,
      }))
      .toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));
  }
}

async function upload(index: number): Promise<void> {
  const content = index === 0 ? Buffer.from('no picture') : await smallJpeg(index);
  const key = `uploads/${LAPTOP_OWNER}/id${index}/photo ${index}.jpg`;
  const grant = { key, contentType: 'image/jpeg', maxBytes: 1_000_000, metadata: {} };
  const { url, fields } = await served.folder.forms.sign(grant);
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new Blob([new Uint8Array(content)]));
  expect((await fetch(url, { method: 'POST', body })).status).toBe(204);
}

/** Cuts every connection but the first after that many messages. */
function cutAfter(frames: number): void {
  const { live } = served;
  const add = live.add.bind(live);
  let isFirst = true;
  vi.spyOn(live, 'add').mockImplementation((client, watch) => {
    let left = isFirst ? Number.POSITIVE_INFINITY : frames;
    isFirst = false;
    const cut: LiveClient = {
      get bufferedAmount() {
        return client.bufferedAmount;
      },
      send(text) {
        client.send(text);
        if (--left === 0) client.terminate();
      },
      close: (code, reason) => client.close(code, reason),
      terminate: () => client.terminate(),
    };
    add(cut, watch);
  });
}

describe('a page whose connection is cut', () => {
  it.each([1, 2, 5])(
    'after every %i messages shows in the end what one shows that was not',
    async (frames) => {
      cutAfter(frames);
      const steady = new Watcher();
      await vi.waitFor(() => expect(steady.connections).toBe(1));
      const unlucky = new Watcher();
      await vi.waitFor(() => expect(unlucky.connections).toBe(1));
      for (const worker of workers) worker.start();
      for (let index = 0; index < IMAGES; index++) await upload(index);
      const states = ['REJECTED', ...Array(IMAGES - 1).fill('COMPLETE')];
      await vi.waitFor(() => expect(steady.page.map(({ state }) => state)).toEqual(states), 20_000);
      await vi.waitFor(() => expect(unlucky.page).toEqual(steady.page), 10_000);
      expect(steady.connections).toBe(1);
      expect(unlucky.connections).toBeGreaterThan(3);
    },
  );
});

it('tells of the end that another process has caused', async () => {
  const watcher = new Watcher();
  await vi.waitFor(() => expect(watcher.connections).toBe(1));
  const other = attachToDataFolder(folderOptions(served.path));
  const event = completionWith('elsewhere', { owner: LAPTOP_OWNER });
  await other.publisher.publish(event);
  other.database.close();
  await served.folder.publisher.publishPending();
  await vi.waitFor(() => expect(watcher.shown.get(event.imageId)?.type).toBe('image.ended'));
  await served.folder.publisher.publishPending();
});
