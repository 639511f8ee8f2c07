import { availableParallelism } from 'node:os';
import sharp from 'sharp';

/** The loaders of the formats in SOURCE_FORMATS. All others are blocked: SVG, PDF and any that can fetch or execute. */
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

// Every image is different, so a cache of operations would only hold memory.
sharp.cache(false);

// One thread for each core. More threads are slower: 4 on 2 cores took 1.6 times as long as 2 (statistics of a
// 15-megapixel PNG). One thread takes twice as long where a profile is converted at full size.
sharp.concurrency(availableParallelism());

/** sharp with Darkroom's settings; core/image imports it from here only. */
export { sharp };

/** Whether this build of libvips can decode HEVC, the codec of HEIC photos. */
export const READS_HEIC: boolean = sharp.format.heif.input.fileSuffix?.includes('.heic') ?? false;
