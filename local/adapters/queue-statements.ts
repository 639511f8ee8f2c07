import type { Database } from './database.ts';

/**
 * The statements of the queues. A lease ends at `visible_at_ms`: from then on the message is visible, whatever
 * `leased` says.
 *
 * Run the statements with RETURNING by `all`. `get` resets a statement after its first row, and an error of the commit
 * is lost: on a full disk, a release would look as if it had succeeded.
 */
export function prepareStatements(database: Database) {
  const visible = 'FROM messages WHERE queue = ? AND visible_at_ms <= ?';
  const inHand = 'FROM messages WHERE queue = ? AND leased = 1 AND visible_at_ms > ?';
  const byAge = 'ORDER BY receives, id';
  const deadLetter = `UPDATE messages
    SET queue = queue || '-dead', receives = 0, visible_at_ms = 0, leased = 0, interrupted = 0`;
  return {
    insert: database.prepare(
      `INSERT INTO messages (queue, body) SELECT :queue, :body WHERE NOT EXISTS (
        SELECT 1 FROM messages WHERE queue = :queue AND interrupted > 0 AND leased = 0 AND body = :body)`,
    ),
    count: database.prepare('SELECT count(*) AS total FROM messages WHERE queue = ?'),
    counts: database.prepare(
      `SELECT count(*) FILTER (WHERE visible_at_ms <= ?) AS waiting,
        count(*) FILTER (WHERE visible_at_ms > ? AND leased = 1) AS in_flight,
        count(*) FILTER (WHERE visible_at_ms > ? AND leased = 0) AS delayed
       FROM messages WHERE queue = ?`,
    ),
    unsuspected: database.prepare(
      `SELECT id, body, receives ${visible} AND interrupted = 0 ${byAge} LIMIT ?`,
    ),
    oneSuspect: database.prepare(`SELECT id, body, receives ${visible} AND interrupted > 0 ${byAge} LIMIT 1`),
    inHand: database.prepare(`SELECT 1 ${inHand} LIMIT 1`),
    suspectInHand: database.prepare(`SELECT 1 ${inHand} AND interrupted > 0 LIMIT 1`),
    lease: database.prepare(
      'UPDATE messages SET leased = 1, visible_at_ms = ?, receives = receives + 1 WHERE id = ?',
    ),
    acknowledge: database.prepare('DELETE FROM messages WHERE id = ? AND receives = ? RETURNING queue'),
    release: database.prepare(
      'UPDATE messages SET leased = 0, visible_at_ms = ? WHERE id = ? AND receives = ? RETURNING queue',
    ),
    deadLetter: database.prepare(
      `${deadLetter} WHERE id = ? AND receives = ? AND queue NOT LIKE '%-dead' RETURNING queue`,
    ),
    deadLetterExhausted: database.prepare(
      `${deadLetter} WHERE queue = ? AND receives >= ? AND visible_at_ms <= ?`,
    ),
    releaseAll: database.prepare(
      'UPDATE messages SET leased = 0, visible_at_ms = 0, interrupted = interrupted + 1 WHERE leased = 1',
    ),
  };
}
