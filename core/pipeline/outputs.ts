import { InvalidInputError } from '../errors.ts';
import { isHeavy, type PartSpec, type PicturePart, partsOf, picturesOf } from '../image/parts.ts';
import {
  contentTypeOf,
  detailsKey,
  intermediateKey,
  labelInputKey,
  processedKey,
  rotationKey,
  thumbKey,
  type Variant,
  viewKey,
} from '../names.ts';
import { type NamedRecipe, OUTPUT_FORMATS, type OutputFormat, type Recipe } from '../recipe.ts';
import { type ImageRecord, isPicture, type MadePicture } from './record.ts';

/** A record whose run has started, so that its recipe and its parts are fixed. */
export interface StartedRecord extends ImageRecord {
  recipe: NamedRecipe;
  expected: Variant[];
}

/** A finished output and its place in the processed bucket. */
export interface Output extends MadePicture {
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

/** The variants that make a run complete. */
export function expectedVariants(recipe: Recipe): Variant[] {
  return partsOf(recipe).map(({ variant }) => variant);
}

/** The parts of the run, in the order of the recipe. */
function partsOfRun({ recipe, expected }: StartedRecord): PartSpec[] {
  return partsOf(recipe.recipe).filter(({ variant }) => expected.includes(variant));
}

/** Those of the parts that are pictures. */
export function picturesOfRun({ recipe, expected }: StartedRecord): PicturePart[] {
  return picturesOf(recipe.recipe).filter(({ variant }) => expected.includes(variant));
}

export function missingVariants({ expected, finished }: StartedRecord): Variant[] {
  return expected.filter((variant) => !Object.hasOwn(finished, variant));
}

/** The missing pictures that the parts worker makes. */
export function missingHeavyPictures(record: StartedRecord): PicturePart[] {
  return picturesOfRun(record).filter(
    (part) => isHeavy(part) && !Object.hasOwn(record.finished, part.variant),
  );
}

/** The missing parts that a worker of their own makes. */
export function missingHeavyParts(record: StartedRecord): PartSpec[] {
  return partsOfRun(record).filter((part) => isHeavy(part) && !Object.hasOwn(record.finished, part.variant));
}

/** The key of one output of the record's current run. */
export function outputKey(record: StartedRecord, part: PicturePart, format: OutputFormat): string {
  const naming = {
    imageId: record.imageId,
    run: record.run,
    sourceKey: record.source.key,
    sourceModifiedAt: record.source.modifiedAt,
    format,
  };
  switch (part.kind) {
    case 'processed':
      return processedKey(naming, record.recipe.recipe.resize);
    case 'rotation':
      return rotationKey(naming, part.degrees);
  }
}

/** What every output says of its origin, as user metadata: who finds the file alone can look it up. ASCII alone. */
export function originMetadata({ imageId, run, recipe, source }: StartedRecord): Record<string, string> {
  return {
    'image-id': imageId,
    run: String(run),
    recipe: recipe.name,
    'source-version': encodeURIComponent(source.versionId),
  };
}

/** The finished outputs of the current run, in the order of the recipe. */
export function outputsOf(record: ImageRecord): Output[] {
  if (!record.recipe || !record.expected) return [];
  const started = asStarted(record);
  return picturesOfRun(started).flatMap((spec) => {
    const part = record.finished[spec.variant];
    if (part === undefined || !isPicture(part)) return [];
    const key = outputKey(started, spec, part.format);
    return [{ variant: spec.variant, key, contentType: contentTypeOf(part.format), ...part }];
  });
}

/** Every key under which the current run can have written, finished or not. */
export function possibleKeys(record: ImageRecord): string[] {
  const own = [intermediateKey, labelInputKey, detailsKey, thumbKey, viewKey].map((key) =>
    key(record.imageId, record.run),
  );
  if (!record.recipe || !record.expected) return own;
  const started = asStarted(record);
  const outputs = picturesOfRun(started).flatMap((part) =>
    OUTPUT_FORMATS.map((format) => outputKey(started, part, format)),
  );
  return [...own, ...outputs];
}
