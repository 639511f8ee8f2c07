import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Change, Guard } from '../../core/ports.ts';

/** A conditional update, as DynamoDB expects it. */
export interface Expressions {
  ConditionExpression: string;
  UpdateExpression?: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Record<string, unknown>;
}

/** The attributes that put a record into the indexes. They are not part of the record. */
export interface IndexKeys {
  /** Every record has it. The index `due` is sparse because only some records have `dueAt`. */
  shard?: string;
  failedShard?: string;
  ownerShard?: string;
  recipeShard?: string;
}

/** The index keys of a new record. */
export function indexKeysOf(record: ImageRecord): IndexKeys {
  const shard = shardOf(record.imageId);
  return {
    shard,
    ...(record.state === 'FAILED' ? { failedShard: shard } : {}),
    ...(record.owner === undefined ? {} : { ownerShard: `${record.owner}#${shard}` }),
    ...(record.recipe === undefined ? {} : { recipeShard: `${record.recipe.name}#${shard}` }),
  };
}

/** The expressions of a guard and a change, with the index keys that the change moves. */
export function expressionsOf(imageId: string, guard: Guard, change: Change): Expressions {
  const placeholders = new Placeholders();
  const condition = conditionOf(placeholders, guard);
  const update = updateOf(placeholders, imageId, change);
  return {
    ConditionExpression: condition,
    ...(update === '' ? {} : { UpdateExpression: update }),
    ExpressionAttributeNames: placeholders.names,
    ExpressionAttributeValues: placeholders.values,
  };
}

function conditionOf(placeholders: Placeholders, guard: Guard): string {
  const { run, states, attempt, dueAt, startCountBelow, repairsBelow, finished = [], published } = guard;
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
  if (published !== undefined) {
    clauses.push(
      `${published ? 'attribute_exists' : 'attribute_not_exists'}(${placeholders.name('publishedAt')})`,
    );
  }
  return clauses.join(' AND ');
}

function updateOf(placeholders: Placeholders, imageId: string, change: Change): string {
  const { set = {}, remove = [], add = {}, parts = {}, clearFinished } = change;
  const keys = indexKeysMoved(imageId, change);
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
  const adds = Object.entries(add).map(
    ([field, step]) => `${placeholders.name(field)} ${placeholders.value(step)}`,
  );
  return [clause('SET', sets), clause('REMOVE', removes), clause('ADD', adds)].filter(Boolean).join(' ');
}

/** A record is in the index `failed` while its state is FAILED, and in the index `recipe` while it has a recipe. */
function indexKeysMoved(imageId: string, { set, remove }: Change) {
  const shard = shardOf(imageId);
  const keys: { set: IndexKeys; remove: (keyof IndexKeys)[] } = { set: {}, remove: [] };
  if (set?.state === 'FAILED') keys.set.failedShard = shard;
  else if (set?.state !== undefined) keys.remove.push('failedShard');
  if (set?.recipe) keys.set.recipeShard = `${set.recipe.name}#${shard}`;
  else if (remove?.includes('recipe')) keys.remove.push('recipeShard');
  return keys;
}

function shardOf(imageId: string): string {
  return imageId.slice(0, 1);
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
