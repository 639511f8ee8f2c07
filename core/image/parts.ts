import type { LabelMode } from '../labels/models.ts';
import { FULL_ROTATION, LABELS, PROCESSED, type Variant } from '../names.ts';
import type { Recipe } from '../recipe.ts';

/**
 * One part of a run, as data. To add a kind of part: add it here and to `partsOf`, say how it is made in
 * render.ts, and give it a key in core/names.ts and core/pipeline/outputs.ts. The compiler names each place.
 */
export type PartSpec = PicturePart | LabelsPart;

/** A part that is a picture, and an output of the run. */
export type PicturePart = ProcessedPart | RotationPart;

/** The processed picture itself. */
interface ProcessedPart {
  kind: 'processed';
  variant: Variant;
}

/** The processed picture, rotated clockwise. A full rotation is the processed picture itself, byte for byte. */
interface RotationPart {
  kind: 'rotation';
  variant: Variant;
  /** Whole degrees, 1..360. */
  degrees: number;
}

/** What a model says of the original. It is no output: the record holds it. */
interface LabelsPart {
  kind: 'labels';
  variant: Variant;
  mode: LabelMode;
}

export const PROCESSED_PART: ProcessedPart = { kind: 'processed', variant: PROCESSED };

/** The parts that a recipe asks for, in the order in which they are listed. */
export function partsOf(recipe: Recipe): PartSpec[] {
  return [...picturesOf(recipe), ...labelsOf(recipe)];
}

/** Those of the parts that are pictures. */
export function picturesOf({ rotations }: Recipe): PicturePart[] {
  return [PROCESSED_PART, ...rotations.map(rotationPart)];
}

function labelsOf({ labels }: Recipe): LabelsPart[] {
  return labels?.mode === undefined ? [] : [{ kind: 'labels', variant: LABELS, mode: labels.mode }];
}

/** @param degrees whole, 1..360 */
export function rotationPart(degrees: number): RotationPart {
  return { kind: 'rotation', variant: String(degrees), degrees };
}

/** Whether the part has the bytes of the processed picture, so that nothing is rendered for it. */
export function isProcessedPicture(part: PicturePart): boolean {
  return part.kind === 'processed' || part.degrees === FULL_ROTATION;
}

/**
 * Whether the part takes enough work to be made by a worker of its own, from the intermediate. A light part is made
 * where the image is decoded.
 */
export function isHeavy(part: PartSpec): boolean {
  switch (part.kind) {
    case 'processed':
      return false;
    case 'rotation':
      return part.degrees !== FULL_ROTATION;
    case 'labels':
      return true;
  }
}
