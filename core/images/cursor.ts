import { createHash } from 'node:crypto';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import type { ListPosition, ListQuery } from '../listing.ts';

const cursorSchema = z.strictObject({
  /** The query that it continues. */
  query: z.string(),
  sortKey: z.string().max(100),
  imageId: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Where the next page of a query begins, as text for a URL. Clients pass it on and look not into it. */
export function encodeCursor(query: ListQuery, position: ListPosition): string {
  return Buffer.from(JSON.stringify({ query: digest(query), ...position })).toString('base64url');
}

/** @throws InvalidInputError where it is not a cursor, or one of another query */
export function decodeCursor(query: ListQuery, cursor: string): ListPosition {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) {
    throw new InvalidInputError('cursor: expected the `next` of an earlier page, received something else.');
  }
  const { query: made, sortKey, imageId } = parsed.data;
  if (made !== digest(query)) {
    throw new InvalidInputError(
      'cursor: it belongs to a listing with other filters. Begin that listing again, without a cursor.',
    );
  }
  return { sortKey, imageId };
}

function digest(query: ListQuery): string {
  const { scope, states, recipe, name, from, to } = query;
  const text = JSON.stringify([Object.entries(scope).toSorted(), states, recipe, name, from, to]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
