import { InvalidInputError } from '../errors.ts';
import {
  contentTypeOf,
  detailsKey,
  intermediateKey,
  PROCESSED,
  processedKey,
  rotationKey,
  type Variant,
} from '../names.ts';
import { type NamedRecipe, OUTPUT_FORMATS, type OutputFormat, type Recipe } from '../recipe.ts';
import type { ImageRecord, Part } from './record.ts';

/** 360° is the processed picture itself: the processor copies it, no worker turns it. */
export const FULL_ROTATION: Variant = '360';

/** A record whose run has started, so that its recipe and its parts are fixed. */
export interface StartedRecord extends ImageRecord {
  recipe: NamedRecipe;
  expected: Variant[];
}

/** A finished output and where it is. */
export interface Output extends Part {
  variant: Variant;
  key: string;
  contentType: string;
}

/** @throws InvalidInputError where the run has not started */
export function asStarted(record: ImageRecord): StartedRecord {
  if (record.recipe && record.expected) return record as StartedRecord;
  throw new InvalidInputError(
    `image ${record.imageId}: expected a run that has started, it is ${record.state}`,
  );
}

/** The parts that make a run complete: the processed picture and one for each rotation. */
export function expectedParts(recipe: Recipe): Variant[] {
  return [PROCESSED, ...recipe.rotations.map(String)];
}

export function missingParts(record: StartedRecord): Variant[] {
  return record.expected.filter((variant) => !(variant in record.finished));
}

/** The missing parts that are a rotation worker's to make, in degrees. */
export function missingRotations(record: StartedRecord): number[] {
  return missingParts(record)
    .filter((variant) => variant !== PROCESSED && variant !== FULL_ROTATION)
    .map(Number);
}

/** The key of one output of the record's current run. */
export function outputKey(record: StartedRecord, variant: Variant, format: OutputFormat): string {
  const naming = {
    imageId: record.imageId,
    run: record.run,
    sourceKey: record.source.key,
    sourceModifiedAt: record.source.modifiedAt,
    format,
  };
  return variant === PROCESSED
    ? processedKey(naming, record.recipe.recipe.resize)
    : rotationKey(naming, Number(variant));
}

/** The finished outputs of the current run, in the order of the recipe. */
export function outputsOf(record: ImageRecord): Output[] {
  if (!record.recipe || !record.expected) return [];
  const started = asStarted(record);
  return started.expected.flatMap((variant) => {
    const part = record.finished[variant];
    if (part === undefined) return [];
    const key = outputKey(started, variant, part.format);
    return [{ variant, key, contentType: contentTypeOf(part.format), ...part }];
  });
}

/** Every key that the current run can have written, finished or not. */
export function possibleKeys(record: ImageRecord): string[] {
  const own = [intermediateKey(record.imageId, record.run), detailsKey(record.imageId, record.run)];
  if (!record.recipe || !record.expected) return own;
  const started = asStarted(record);
  const outputs = started.expected.flatMap((variant) =>
    OUTPUT_FORMATS.map((format) => outputKey(started, variant, format)),
  );
  return [...own, ...outputs];
}
