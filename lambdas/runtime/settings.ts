import type { Settings } from '../../core/ports.ts';
import { type RecipeBook, recipeBook } from '../../core/recipe.ts';

/*
 * The environment variables of the functions. A variable is read when it is first needed, so a function is given
 * those alone that it uses:
 *
 *   TABLE_NAME                                   the catalog
 *   SOURCE_BUCKET, OUTPUT_BUCKET                 where images come from, where results go
 *   INGEST_QUEUE_URL, ROTATION_QUEUE_URL         the queues that the function sends to
 *   INGEST_DLQ_ARN, ROTATION_DLQ_ARN             what the recorder consumes
 *   TOPIC_ARN                                    where ends of runs are announced
 *   SIGNER_ROLE_ARN (optional), URL_TTL_S (3600) how links are signed, and for how long they are meant to work
 *   RECIPES ({})                                 JSON: the deployment's own recipes by name
 *   MAX_BYTES, MAX_PIXELS, MAX_PAGES, WORK_TIMEOUT_MS        limits of one image
 *   MAX_STARTS, LEASE_MS, PATIENCE_MS, MAX_RESENDS           limits of one run
 *   POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE    the stage; the deployment, as in Darkroom/dev
 */

/** A deployment that is set up wrongly: which variable, what was expected, what came. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError where the variable is missing or empty */
export function text(name: string): string {
  const value = optionalText(name);
  if (value !== undefined) return value;
  throw new EnvironmentError(`${name}: expected a value in the environment, received none`);
}

export function optionalText(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** @throws EnvironmentError where the variable is no whole number from 1, or is missing without a default */
export function wholeNumber(name: string, defaultValue?: number): number {
  if (defaultValue !== undefined && optionalText(name) === undefined) return defaultValue;
  const given = text(name);
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new EnvironmentError(`${name}: expected a whole number from 1, received ${JSON.stringify(given)}`);
}

/** What the deployment has decided, read from the environment at first use. */
export function environmentSettings(): Settings {
  let recipes: RecipeBook | undefined;
  return {
    get sourceBucket() {
      return text('SOURCE_BUCKET');
    },
    get processedBucket() {
      return text('PROCESSED_BUCKET');
    },
    get recipes() {
      recipes ??= recipeBook(json('RECIPES', '{}'));
      return recipes;
    },
    limits: {
      get maxBytes() {
        return wholeNumber('MAX_BYTES');
      },
      get maxPixels() {
        return wholeNumber('MAX_PIXELS');
      },
      get maxPages() {
        return wholeNumber('MAX_PAGES');
      },
      get timeoutMs() {
        return wholeNumber('WORK_TIMEOUT_MS');
      },
    },
    get maxStarts() {
      return wholeNumber('MAX_STARTS');
    },
    get maxStartMs() {
      return wholeNumber('MAX_START_MS');
    },
    get stuckAfterMs() {
      return wholeNumber('STUCK_AFTER_MS');
    },
    get maxRepairs() {
      return wholeNumber('MAX_REPAIRS');
    },
  };
}

function json(name: string, defaultValue: string): unknown {
  const given = optionalText(name) ?? defaultValue;
  try {
    return JSON.parse(given);
  } catch (error) {
    throw new EnvironmentError(`${name}: expected JSON, received ${JSON.stringify(given.slice(0, 80))}`, {
      cause: error,
    });
  }
}
