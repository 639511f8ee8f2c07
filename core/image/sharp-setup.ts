import { availableParallelism } from 'node:os';
import library, { type Sharp } from 'sharp';

/** The loaders of the formats in SOURCE_FORMATS. All others are blocked: SVG, PDF and any that can fetch or execute. */
const LOADERS = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadWebp',
  'VipsForeignLoadNsgif',
  'VipsForeignLoadTiff',
  'VipsForeignLoadHeif',
];

library.block({ operation: ['VipsForeignLoad'] });
library.unblock({ operation: LOADERS });

// Every image is different, so a cache of operations would only hold memory.
library.cache(false);

// One thread for each core. More threads are slower: 4 on 2 cores took 1.6 times as long as 2 (statistics of a
// 15-megapixel PNG). One thread takes twice as long where a profile is converted at full size.
library.concurrency(availableParallelism());

/** How libvips says that libjpeg has warned; what it warned of follows, unless another thread has cleared that. */
const READ_GAVE = 'read gave ';

let jpegWarnings = 0;

/**
 * How often libjpeg has warned in this process. libvips hands a warning to whichever pipeline ends next, so that a
 * higher count after a decode says that some decode at that time has warned, and not which.
 */
export function countJpegWarnings(): number {
  return jpegWarnings;
}

/** sharp with Darkroom's settings; core/image imports it from here only. */
export const sharp: typeof library = new Proxy(library, {
  apply(target, self, options) {
    const pipeline: Sharp = Reflect.apply(target, self, options);
    return pipeline.on('warning', (message: string) => {
      if (message.startsWith(READ_GAVE)) jpegWarnings += 1;
    });
  },
});

/** Whether this build of libvips can decode HEVC, the codec of HEIC photos. */
export const READS_HEIC: boolean = library.format.heif.input.fileSuffix?.includes('.heic') ?? false;
