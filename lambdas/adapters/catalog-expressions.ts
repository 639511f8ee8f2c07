import type { Change, Guard } from '../../core/ports.ts';
import type { KeyChange } from './catalog-keys.ts';

/** A conditional update, as DynamoDB expects it. */
export interface Expressions {
  ConditionExpression: string;
  UpdateExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Record<string, unknown>;
}

/**
 * The expressions of a guard and a change, with the index keys that the change moves.
 *
 * @param revision the record must still have it; any where it is undefined
 */
export function expressionsOf(
  guard: Guard,
  change: Change,
  keys: KeyChange,
  revision: number | undefined,
): Expressions {
  const placeholders = new Placeholders();
  const clauses = conditionsOf(placeholders, guard);
  if (revision !== undefined) clauses.push(revisionClause(placeholders, revision));
  return {
    ConditionExpression: clauses.join(' AND '),
    UpdateExpression: updateOf(placeholders, change, keys),
    ExpressionAttributeNames: placeholders.names,
    ExpressionAttributeValues: placeholders.values,
  };
}

/** A record of a release that counted no changes has no revision; it counts as 0. */
function revisionClause(placeholders: Placeholders, revision: number): string {
  const name = placeholders.name('revision');
  return revision === 0 ? `attribute_not_exists(${name})` : `${name} = ${placeholders.value(revision)}`;
}

function conditionsOf(placeholders: Placeholders, guard: Guard): string[] {
  const { run, states, attempt, dueAt, startCountBelow, repairsBelow, finished = [] } = guard;
  const clauses = [
    `${placeholders.name('run')} = ${placeholders.value(run)}`,
    `${placeholders.name('state')} IN (${states.map((state) => placeholders.value(state)).join(', ')})`,
  ];
  if (attempt !== undefined) clauses.push(`${placeholders.name('attempt')} = ${placeholders.value(attempt)}`);
  if (dueAt !== undefined) clauses.push(`${placeholders.name('dueAt')} = ${placeholders.value(dueAt)}`);
  if (startCountBelow !== undefined)
    clauses.push(`${placeholders.name('startCount')} < ${placeholders.value(startCountBelow)}`);
  if (repairsBelow !== undefined)
    clauses.push(`${placeholders.name('repairs')} < ${placeholders.value(repairsBelow)}`);
  for (const variant of finished) clauses.push(`attribute_exists(${placeholders.name('finished', variant)})`);
  const presence = { publishedAt: guard.published, deletedAt: guard.inTrash, album: guard.inAlbum };
  for (const [field, isThere] of Object.entries(presence)) {
    if (isThere === undefined) continue;
    clauses.push(`${isThere ? 'attribute_exists' : 'attribute_not_exists'}(${placeholders.name(field)})`);
  }
  return clauses;
}

function updateOf(placeholders: Placeholders, change: Change, keys: KeyChange): string {
  const { set = {}, remove = [], add = {}, parts = {}, clearFinished } = change;
  const sets = Object.entries({ ...set, ...keys.set })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${placeholders.name(field)} = ${placeholders.value(value)}`);
  if (clearFinished) {
    sets.push(`${placeholders.name('finished')} = ${placeholders.value(parts)}`);
  } else {
    for (const [variant, part] of Object.entries(parts)) {
      sets.push(`${placeholders.name('finished', variant)} = ${placeholders.value(part)}`);
    }
  }
  const removes = [...remove, ...keys.remove].map((field) => placeholders.name(field));
  const adds = Object.entries({ ...add, revision: 1 }).map(
    ([field, step]) => `${placeholders.name(field)} ${placeholders.value(step)}`,
  );
  return [clause('SET', sets), clause('REMOVE', removes), clause('ADD', adds)].filter(Boolean).join(' ');
}

function clause(keyword: string, actions: string[]): string {
  return actions.length === 0 ? '' : `${keyword} ${actions.join(', ')}`;
}

/** Placeholders for names and values: DynamoDB reserves many common words, such as `state`. */
class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};

  /** A path of attribute names. */
  name(...path: string[]): string {
    return path.map((name) => this.#placeholder('#n', this.names, name)).join('.');
  }

  value(value: unknown): string {
    return this.#placeholder(':v', this.values, value);
  }

  #placeholder<T>(prefix: string, meanings: Record<string, T>, meaning: T): string {
    const placeholder = prefix + Object.keys(meanings).length;
    meanings[placeholder] = meaning;
    return placeholder;
  }
}
