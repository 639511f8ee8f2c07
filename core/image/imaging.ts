import { processImage, renderPart } from './process.ts';
import { showImage } from './show.ts';
import type { Imaging } from './types.ts';

/** The work on pixels with sharp. */
export const sharpImaging: Imaging = { process: processImage, render: renderPart, show: showImage };
