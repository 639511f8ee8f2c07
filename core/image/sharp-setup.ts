import { availableParallelism } from 'node:os';
import sharp from 'sharp';

/** The loaders of the formats that we read (types.ts). All others are blocked: SVG, PDF and anything that can fetch or run. */
const LOADERS = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadWebp',
  'VipsForeignLoadNsgif',
  'VipsForeignLoadTiff',
  'VipsForeignLoadHeif',
];

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

// Every image is another one, so a cache of operations would only hold memory.
sharp.cache(false);

// A thread a core for each picture. More than cores cost: 4 threads on 2 cores took 1.6 times as long as 2
// (statistics of a 15-megapixel PNG); 1 thread takes twice as long where a profile is converted at full size.
sharp.concurrency(availableParallelism());

/** sharp as Darkroom uses it: set up here, once, and imported from nowhere else in core/image. */
export { sharp };

/** Whether this build of libvips can decode HEVC, which HEIC photos of phones are made of. */
export const READS_HEIC: boolean = sharp.format.heif.input.fileSuffix?.includes('.heic') ?? false;
