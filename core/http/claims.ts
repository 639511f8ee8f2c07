import type { JWTPayload } from 'jose';
import { type Principal, SCOPES, type Scope } from '../access.ts';
import { UnauthenticatedError } from '../errors.ts';

/** The group whose members are administrators. */
export const ADMINISTRATORS = 'administrators';

/** Cognito puts the name of the resource server before each scope of its own. */
const RESOURCE_SERVER = 'darkroom/';

/** The claims in which providers name the client that a token was issued to: RFC 9068, OpenID Connect, Okta. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'cid'];

/** Whether the token was issued to that client, by the claim of RFC 9068. */
export function isOfClient(payload: JWTPayload, client: string): boolean {
  return payload.client_id === client;
}

/**
 * Who a valid access token stands for.
 *
 * @param idOf makes the id of a principal from a subject or a client id
 */
export function principalOf(payload: JWTPayload, idOf: (subject: string) => string): Principal {
  const { sub } = payload;
  if (!sub) throw new UnauthenticatedError('The token names nobody: its claim "sub" is empty.');
  const client = CLIENT_CLAIMS.map((claim) => payload[claim]).find(isText);
  if (isMachine(payload, client)) {
    return { kind: 'machine', id: idOf(client ?? sub), name: null, scopes: scopesOf(payload) };
  }
  const groups = [payload['cognito:groups'], payload.groups].flatMap(texts);
  const kind = groups.includes(ADMINISTRATORS) ? 'administrator' : 'user';
  return { kind, id: idOf(sub), name: nameOf(payload) };
}

/** Client credentials have no user: the subject is the client itself, or Auth0 names the grant. */
function isMachine({ sub, gty }: JWTPayload, client: string | undefined): boolean {
  return sub === client || texts(gty).includes('client-credentials');
}

/** `scope` is text (RFC 9068); Okta and Entra ID have `scp`, as a list or as text. */
function scopesOf({ scope, scp }: JWTPayload): Scope[] {
  const given = [scope, scp].flatMap(texts).flatMap((text) => text.split(' '));
  const own = given.map((each) =>
    each.startsWith(RESOURCE_SERVER) ? each.slice(RESOURCE_SERVER.length) : each,
  );
  return SCOPES.filter((scope) => own.includes(scope));
}

/** A name for people. Cognito's `username` is the subject where users log in by e-mail, and then it is none. */
function nameOf({ sub, name, preferred_username, email, username }: JWTPayload): string | null {
  return [name, preferred_username, email, username].filter(isText).find((each) => each !== sub) ?? null;
}

function texts(value: unknown): string[] {
  return [value].flat().filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
