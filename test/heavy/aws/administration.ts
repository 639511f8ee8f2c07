import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trend } from '../../../core/trends/trends.ts';
import { sample } from '../../support/fixtures/pictures.ts';
import { zipEntries } from '../../support/zip-entries.ts';
import type { Session } from './api.ts';
import type { Deployment } from './deployment.ts';
import { hideFor } from './faults.ts';
import { invite, logIn } from './login.ts';
import { waitForUnprocessable } from './operator.ts';
import { ask } from './request.ts';

const EXPORT_MS = 60_000;

interface Export {
  exportId: string;
  state: string;
  reason: { code: string } | null;
  link: { url: string } | null;
}

/** What the API offers beside images: trends, failures, quotas and archives; in the end, the image and its archive go. */
export async function checkAdministration(deployment: Deployment, session: Session): Promise<void> {
  await checkTrends(deployment, session, 1);
  await checkFailures(deployment, session);
  await checkQuotas(session);
  const exportId = await checkExport(session);

  const { api, token, imageId } = session;
  const deleted = await api('DELETE', `/images/${imageId}?permanently=true`, token);
  assert.equal(deleted.status, 200, deleted.body.toString());
  await deployment.invoke('sweeper');
  deployment.uploads -= 1;
  const withdrawn = (await api('GET', `/exports/${exportId}`, token)).json<Export>();
  assert.deepEqual([withdrawn.state, withdrawn.reason?.code], ['FAILED', 'IMAGE_DELETED']);
  await checkTrends(deployment, session, 0);
}

/** The job writes the day of the image, and anew once the image is gone. */
async function checkTrends(deployment: Deployment, { api, token }: Session, images: number): Promise<void> {
  const { days } = await deployment.invoke('trends');
  assert.equal(days, 2, 'yesterday and today');
  const answer = await api('GET', '/trends', token);
  const { trends } = answer.json<{ trends: Trend[] }>();
  const counted = trends.reduce((sum, trend) => sum + trend.images, 0);
  assert.equal(counted, images, answer.body.toString());
  if (images > 0) assert.equal(trends[0]?.measures.encodeSsim?.count, images);
}

/** The message that nobody could read is still there. An administrator sees it, and sends it again. */
async function checkFailures(deployment: Deployment, { api, pool, token }: Session): Promise<void> {
  assert.equal((await api('GET', '/failures', token)).status, 403, 'users see no failures');
  await invite(pool, 'ada@example.com', true);
  const { access_token: admin } = await logIn(pool, 'ada@example.com');
  const list = async () =>
    (await api('GET', '/failures', admin)).json<{ images: unknown[]; messages: { messageId: string }[] }>();
  const { messageId } = await waitForUnprocessable(deployment.stack);
  assert.deepEqual(
    (await list()).messages.map((message) => message.messageId),
    [messageId],
  );
  const hideAsBefore = await hideFor(deployment.queueUrl('ingest'), 1);
  const again = { imageIds: [], messageIds: [messageId] };
  const { outcomes } = (await api('POST', '/failures/redrive', admin, again)).json<{ outcomes: unknown[] }>();
  assert.deepEqual(outcomes, [{ id: messageId, status: 200 }]);
  assert.deepEqual(await list(), { images: [], messages: [], isComplete: true });
  // The release is still the same, so the message ends there again.
  assert.equal((await waitForUnprocessable(deployment.stack)).messageId, messageId);
  await hideAsBefore();
}

/** More than the day's quota is refused before anything is signed or queued. */
async function checkQuotas({ api, token, imageId }: Session): Promise<void> {
  const file = { name: 'a.jpg', bytes: 1, type: 'image/jpeg' };
  const items = Array.from({ length: 11 }, (_, degrees) => ({ imageId, variant: `${degrees}` }));
  for (const [path, body] of [
    ['/uploads', { files: Array(21).fill(file) }],
    ['/exports', { items }],
  ] as const) {
    const refused = await api('POST', path, token, body);
    assert.deepEqual(
      [refused.status, refused.json<{ code: string }>().code],
      [429, 'QUOTA_EXCEEDED'],
      refused.body.toString(),
    );
    assert.match(String(refused.headers['retry-after']), /^\d+$/);
  }
}

/** From the request to the archive, which holds the bytes of the upload. @returns its id */
async function checkExport({ api, token, imageId }: Session): Promise<string> {
  const items = ['original', 'processed'].map((variant) => ({ imageId, variant }));
  const asked = await api('POST', '/exports', token, { items });
  assert.equal(asked.status, 202, asked.body.toString());
  const { exportId } = asked.json<Export>();
  const endAtMs = Date.now() + EXPORT_MS;
  let shown = asked.json<Export>();
  while (!['COMPLETE', 'FAILED'].includes(shown.state)) {
    assert.ok(Date.now() < endAtMs, `the export is still ${shown.state} after ${EXPORT_MS / 1000} s`);
    await sleep(500);
    shown = (await api('GET', `/exports/${exportId}`, token)).json<Export>();
  }
  assert.equal(shown.state, 'COMPLETE', JSON.stringify(shown));
  const archive = await ask(shown.link?.url ?? '');
  assert.equal(archive.headers['content-type'], 'application/zip');
  const files = zipEntries(archive.body);
  assert.deepEqual([...files.keys()], ['chelsea_original.jpg', 'chelsea_processed.jpg']);
  assert.ok(files.get('chelsea_original.jpg')?.equals(sample('chelsea.jpg')));
  return exportId;
}
