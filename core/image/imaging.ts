import { processImage } from './process.ts';
import { rotateImage } from './rotate.ts';
import type { Imaging } from './types.ts';

/** The work on pixels with sharp. */
export const sharpImaging: Imaging = { process: processImage, rotate: rotateImage };
