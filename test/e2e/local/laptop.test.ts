import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompletionEvent, completionEventSchema } from '../../../core/pipeline/messages/completion.ts';
import { darkroom, ended, printed, smallJpeg, startLaptop } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let data: string;
const programs: ChildProcess[] = [];

beforeEach(() => {
  temporary = temporaryFolder();
  data = join(temporary.path, 'data');
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  temporary[Symbol.dispose]();
});

function start(args: string[] = []): ChildProcess {
  const program = startLaptop(data, args);
  programs.push(program);
  return program;
}

function events(): CompletionEvent[] {
  const path = join(data, 'events.ndjson');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((text) => completionEventSchema.parse(JSON.parse(text)));
}

async function fillInbox(count: number): Promise<void> {
  mkdirSync(join(data, 'inbox'), { recursive: true });
  for (let serial = 0; serial < count; serial++) {
    writeFileSync(join(data, 'inbox', `photo ${serial}.jpg`), await smallJpeg(serial));
  }
}

function files(folder: string): string[] {
  const names = readdirSync(join(data, 'outputs', folder), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('npm start', () => {
  it('processes the samples, shows the results, and processes files that are dropped in', async () => {
    const program = start();
    const shown = await printed(program, 'Watching');
    expect(shown).toMatch(/astronaut-sideways\.jpg +COMPLETE +0\.9/);
    expect(shown).toMatch(/Contact sheet: http:\/\/127\.0\.0\.1:\d+\//);
    expect(existsSync(join(data, 'contact-sheet.html'))).toBe(true);
    expect(files('processed')).toHaveLength(6);
    expect(files('augmented-images')).toHaveLength(24);

    const sheet = await (await fetch(/Contact sheet: (\S+)/.exec(shown)?.[1] ?? '')).text();
    const pictures = [...sheet.matchAll(/<a href="([^"]+)">/g)].map(([, url = '']) => url);
    expect(pictures).toHaveLength(30);
    const links = events().flatMap(({ outputs }) => outputs.map(({ url }) => url));
    expect(links).toHaveLength(30);
    for (const url of [...pictures.slice(0, 5), ...links]) {
      const response = await fetch(url);
      expect([response.status, response.headers.get('content-type')], url).toEqual([200, 'image/jpeg']);
      await response.arrayBuffer();
    }

    const line = printed(program, 'COMPLETE  later/');
    mkdirSync(join(data, 'inbox', 'later'));
    writeFileSync(join(data, 'inbox', 'later', 'Grüße + 100%.jpg'), await smallJpeg(1));
    expect(await line).toContain('COMPLETE  later/Grüße + 100%.jpg');

    const refused = printed(program, 'REJECTED');
    writeFileSync(join(data, 'inbox', 'notes.jpg'), 'no picture');
    expect(await refused).toContain('UNSUPPORTED_FORMAT');
    const { status } = await stopped(program);
    expect(status).toBe(0);
    expect(events().filter(({ type }) => type === 'image.completed')).toHaveLength(7);
  });

  it('leaves an emptied inbox empty, and says that the folder is in use', async () => {
    mkdirSync(join(data, 'inbox'), { recursive: true });
    const first = start();
    await printed(first, 'Watching');
    const second = await ended(start());
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(/Another Darkroom is running on the folder/);
    await stopped(first);
    expect(readdirSync(join(data, 'inbox'))).toEqual([]);
  });

  it('says that its port is in use, and leaves the folder to the next start', async () => {
    mkdirSync(join(data, 'inbox'), { recursive: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const refused = await ended(start(['--port', String(port)]));
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(`Port ${port} is in use`)]);
    server.close();
    const wrong = await ended(start(['--port', 'eighty']));
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('expected a number from 0 to 65535, received "eighty"'),
    ]);
    const program = start();
    await printed(program, 'Watching');
    await stopped(program);
  });

  it('delivers to webhooks, and again where they did not accept it', async () => {
    const bodies: string[] = [];
    const ids: unknown[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        bodies.push(body);
        ids.push(request.headers['x-darkroom-event-id']);
        response.writeHead(bodies.length === 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const config = join(temporary.path, 'config.json');
      writeFileSync(config, JSON.stringify({ webhooks: [{ url: `http://127.0.0.1:${port}/done` }] }));
      await fillInbox(1);
      const program = start(['--config', config]);
      await printed(program, 'Watching');
      while (bodies.length < 2) await sleep(20);
      await stopped(program);
    } finally {
      server.close();
    }
    const [event] = events();
    expect(bodies.map((body) => JSON.parse(body))).toEqual([event, event]);
    expect(ids).toEqual([event?.eventId, event?.eventId]);
  });

  it('lets other commands list failures and gaps while it runs', async () => {
    await fillInbox(2);
    const program = start();
    await printed(program, 'Watching');
    const listed = await darkroom(['failed', 'list', '--data', data], temporary.path);
    expect([listed.status, listed.stdout]).toEqual([0, 'Nothing has failed.\n']);
    const reconciled = await darkroom(['reconcile', '--data', data], temporary.path);
    expect(reconciled.stdout).toBe('2 files in the inbox, 0 of them without a record\n');
    await stopped(program);
  });
});

async function stopped(program: ChildProcess) {
  const end = ended(program);
  program.kill('SIGINT');
  return end;
}
