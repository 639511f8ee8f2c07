import { FULL_ROTATION, PROCESSED, type Variant } from '../names.ts';
import type { Recipe } from '../recipe.ts';

/**
 * One output of an image, as data. To add a kind of part: add it here and to `partsOf`, say how it is made in
 * render.ts, and give it a key in core/names.ts and core/pipeline/outputs.ts. The compiler names each place.
 */
export type PartSpec = ProcessedPart | RotationPart;

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

export const PROCESSED_PART: ProcessedPart = { kind: 'processed', variant: PROCESSED };

/** The parts that a recipe asks for, in the order in which they are listed. */
export function partsOf({ rotations }: Recipe): PartSpec[] {
  return [PROCESSED_PART, ...rotations.map(rotationPart)];
}

/** @param degrees whole, 1..360 */
export function rotationPart(degrees: number): RotationPart {
  return { kind: 'rotation', variant: String(degrees), degrees };
}

/** Whether the part has the bytes of the processed picture, so that nothing is rendered for it. */
export function isProcessedPicture(part: PartSpec): boolean {
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
  }
}
