import { draftImage } from './draft.ts';
import { readLabelInput } from './label-input.ts';
import { processImage, renderPart } from './process.ts';
import { showImage } from './show.ts';
import type { ImageTools, Imaging } from './types.ts';

/** The work on pixels with sharp, and with what a deployment adds to it. */
export function imagingWith(tools: ImageTools): Imaging {
  return {
    process: (bytes, recipe, limits) => processImage(bytes, recipe, limits, tools),
    render: renderPart,
    draft: draftImage,
    labelInput: (bytes, mode, recipe, limits) => readLabelInput(bytes, mode, recipe, limits, tools),
    show: (bytes, recipe, limits) => showImage(bytes, recipe, limits, tools),
  };
}

/** The work on pixels with sharp alone. */
export const sharpImaging: Imaging = imagingWith({});
