import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Change, Guard } from '../../core/ports.ts';

/** The parts of a conditional update as DynamoDB takes them. */
export interface Expressions {
  ConditionExpression: string;
  UpdateExpression?: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Record<string, unknown>;
}

/** The attributes that put a record into the indexes; they are no part of the record. */
export interface IndexKeys {
  /** Always there; the index of what is due is sparse by `dueAt`. */
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

/** A guard and a change of one record, with the index keys that the change moves. */
export function expressionsOf(imageId: string, guard: Guard, change: Change): Expressions {
  const words = new Placeholders();
  const condition = conditionOf(words, guard);
  const update = updateOf(words, imageId, change);
  return {
    ConditionExpression: condition,
    ...(update === '' ? {} : { UpdateExpression: update }),
    ExpressionAttributeNames: words.names,
    ExpressionAttributeValues: words.values,
  };
}

function conditionOf(words: Placeholders, guard: Guard): string {
  const { run, states, attempt, dueAt, startCountBelow, repairsBelow, finished = [], published } = guard;
  const clauses = [
    `${words.name('run')} = ${words.value(run)}`,
    `${words.name('state')} IN (${states.map((state) => words.value(state)).join(', ')})`,
  ];
  if (attempt !== undefined) clauses.push(`${words.name('attempt')} = ${words.value(attempt)}`);
  if (dueAt !== undefined) clauses.push(`${words.name('dueAt')} = ${words.value(dueAt)}`);
  if (startCountBelow !== undefined)
    clauses.push(`${words.name('startCount')} < ${words.value(startCountBelow)}`);
  if (repairsBelow !== undefined) clauses.push(`${words.name('repairs')} < ${words.value(repairsBelow)}`);
  for (const variant of finished) clauses.push(`attribute_exists(${words.name('finished', variant)})`);
  if (published !== undefined) {
    clauses.push(`${published ? 'attribute_exists' : 'attribute_not_exists'}(${words.name('publishedAt')})`);
  }
  return clauses.join(' AND ');
}

function updateOf(words: Placeholders, imageId: string, change: Change): string {
  const { set = {}, remove = [], add = {}, parts = {}, clearFinished } = change;
  const keys = indexKeysMoved(imageId, change);
  const sets = Object.entries({ ...set, ...keys.set })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${words.name(field)} = ${words.value(value)}`);
  if (clearFinished) {
    sets.push(`${words.name('finished')} = ${words.value(parts)}`);
  } else {
    for (const [variant, part] of Object.entries(parts)) {
      sets.push(`${words.name('finished', variant)} = ${words.value(part)}`);
    }
  }
  const removes = [...remove, ...keys.remove].map((field) => words.name(field));
  const adds = Object.entries(add).map(([field, step]) => `${words.name(field)} ${words.value(step)}`);
  return [clause('SET', sets), clause('REMOVE', removes), clause('ADD', adds)].filter(Boolean).join(' ');
}

/** A record is in the index of failed ones while its state is FAILED, and in that of its recipe while it has one. */
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

/** Placeholders for names and values: many plain words, `state` among them, are reserved in expressions. */
class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};

  /** A path of attribute names. */
  name(...path: string[]): string {
    return path.map((word) => this.#placeholder('#n', this.names, word)).join('.');
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
