import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { auth } from 'hono/utils/basic-auth';
import { HttpProblemError, problem } from '../../core/http/problem.ts';
import { OBJECTS_PATH } from '../adapters/local-links.ts';
import { UPLOAD_PATH } from '../adapters/upload-forms.ts';
import { LIVE_PATH } from './live-tickets.ts';

/** What proves by itself that its bearer may use it: signed links and forms, and sockets with a ticket. */
const SIGNED = [OBJECTS_PATH, UPLOAD_PATH, LIVE_PATH];

/**
 * Asks for a password by basic authentication, whatever the user name. Answers 401 without the right one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7617
 */
export function requirePassword(password: string): MiddlewareHandler<{ Bindings: HttpBindings }> {
  const expected = digest(password);
  return async ({ req }, next) => {
    const isSigned = SIGNED.some((path) =>
      path.endsWith('/') ? req.path.startsWith(path) : req.path === path,
    );
    const given = auth(req.raw)?.password;
    if (!isSigned && (given === undefined || !timingSafeEqual(digest(given), expected))) {
      const detail =
        'Expected the password of this Darkroom, by basic authentication. The user name may be any.';
      const headers = { 'www-authenticate': 'Basic realm="Darkroom", charset="UTF-8"' };
      throw new HttpProblemError(problem(401, 'PASSWORD_REQUIRED', detail), headers);
    }
    await next();
  };
}

/** Of equal length, so that the comparison tells nothing of the password's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
