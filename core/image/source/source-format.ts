/** The formats that Darkroom reads. The content of a file decides, not its name. */
export const SOURCE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'heic'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];
