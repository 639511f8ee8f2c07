import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import type { Chunk } from '../../../../support/mutations/chunks.ts';
import { BOXES, GIF, JPEG, PNG, WEBP } from '../../../../support/mutations/containers.ts';

/*
 * Small files that ask for much more than they have: made of the fuzzer's seeds, with other numbers in their headers.
 */

function seed(name: string): Buffer {
  return readFileSync(new URL(`../../../../heavy/fuzz/seeds/${name}`, import.meta.url));
}

/** A JPEG that states a size; the pixels are those of a small one. */
export function jpegOfSize(widthPx: number, heightPx: number, name = 'baseline.jpg'): Buffer {
  return JPEG.join(JPEG.split(seed(name)).map((segment) => withFrameSize(segment, widthPx, heightPx)));
}

/** A progressive JPEG whose last scan comes again and again: each goes over the whole picture once more. */
export function jpegOfScans(scans: number, sidePx: number): Buffer {
  const segments = JPEG.split(jpegOfSize(sidePx, sidePx, 'progressive.jpg'));
  const lastScan = segments.findLastIndex(({ name }) => name === 'da');
  const scan = segments.slice(lastScan, lastScan + 2);
  return JPEG.join(segments.toSpliced(lastScan, 2, ...Array<Chunk[]>(scans).fill(scan).flat()));
}

/** A JPEG with a colour profile of so many bytes, in as many segments as it takes. */
export function jpegWithProfile(profileBytes: number): Buffer {
  const share = 65_000;
  const count = Math.ceil(profileBytes / share);
  const segments = Array.from({ length: count }, (_, index) => ({
    name: 'e2',
    data: Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([index + 1, count]), Buffer.alloc(share)]),
  }));
  return JPEG.join(JPEG.split(seed('baseline.jpg')).toSpliced(1, 0, ...segments));
}

/** A whole black PNG: large, and next to nothing as a file. */
export function blackPng(sidePx: number): Buffer {
  const pixels = deflateSync(Buffer.alloc(sidePx * (sidePx + 1)), { level: 9 });
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(sidePx, 0);
  header.writeUInt32BE(sidePx, 4);
  return pngOf([
    { name: 'IHDR', data: header },
    { name: 'IDAT', data: pixels },
    { name: 'IEND', data: Buffer.alloc(0) },
  ]);
}

/** A PNG with a compressed chunk behind its header that unfolds to so many bytes: text or a colour profile. */
export function pngWithInflated(name: 'zTXt' | 'iCCP', bytes: number): Buffer {
  const data = Buffer.concat([Buffer.from('bomb\0\0'), deflateSync(Buffer.alloc(bytes), { level: 9 })]);
  return PNG.join(PNG.split(seed('rgb.png')).toSpliced(2, 0, { name, data }));
}

/** An animation whose middle frame comes so many times. */
export function gifOfFrames(frames: number): Buffer {
  return repeated(GIF.split(seed('animated.gif')), 'img', frames, GIF.join);
}

export function gifOfSize(widthPx: number, heightPx: number): Buffer {
  const gif = Buffer.from(seed('animated.gif'));
  gif.writeUInt16LE(widthPx, 6);
  gif.writeUInt16LE(heightPx, 8);
  return gif;
}

export function webpOfFrames(frames: number): Buffer {
  return repeated(WEBP.split(seed('animated.webp')), 'ANMF', frames, WEBP.join);
}

/** @see https://developers.google.com/speed/webp/docs/riff_container#extended_file_format */
export function webpOfSize(widthPx: number, heightPx: number): Buffer {
  return WEBP.join(
    WEBP.split(seed('animated.webp')).map(({ name, data }) => {
      if (name !== 'VP8X') return { name, data };
      const sized = Buffer.from(data);
      sized.writeUIntLE(widthPx - 1, 4, 3);
      sized.writeUIntLE(heightPx - 1, 7, 3);
      return { name, data: sized };
    }),
  );
}

/** A WebP with a colour profile of so many bytes. */
export function webpWithProfile(profileBytes: number): Buffer {
  return WEBP.join(
    WEBP.split(seed('alpha-profile-exif.webp')).map(({ name, data }) =>
      name === 'ICCP' ? { name, data: Buffer.concat([data, Buffer.alloc(profileBytes)]) } : { name, data },
    ),
  );
}

/** A TIFF whose last page leads back to its first. */
export function tiffOfEndlessPages(): Buffer {
  const tiff = Buffer.from(seed('plain.tiff'));
  const first = tiff.readUInt32LE(4);
  tiff.writeUInt32LE(first, first + 2 + 12 * tiff.readUInt16LE(first));
  return tiff;
}

/** A TIFF of so many pages, each its own directory of the same strips. */
export function tiffOfPages(pages: number): Buffer {
  const tiff = seed('plain.tiff');
  const first = tiff.readUInt32LE(4);
  const bytes = 2 + 12 * tiff.readUInt16LE(first) + 4;
  const directories = Array.from({ length: pages }, (_, page) => {
    const directory = Buffer.from(tiff.subarray(first, first + bytes));
    directory.writeUInt32LE(page + 1 < pages ? tiff.length + (page + 1) * bytes : 0, bytes - 4);
    return directory;
  });
  const file = Buffer.concat([tiff, ...directories]);
  file.writeUInt32LE(tiff.length, 4);
  return file;
}

export function tiffOfSize(widthPx: number, heightPx: number): Buffer {
  const tiff = Buffer.from(seed('plain.tiff'));
  const first = tiff.readUInt32LE(4);
  for (let at = first + 2; at < first + 2 + 12 * tiff.readUInt16LE(first); at += 12) {
    const size = { 256: widthPx, 257: heightPx }[tiff.readUInt16LE(at)];
    if (size === undefined) continue;
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(size, at + 8);
  }
  return tiff;
}

/** An AVIF that states a size for its one small picture. */
export function avifOfSize(widthPx: number, heightPx: number): Buffer {
  const avif = Buffer.from(seed('lossy.avif'));
  const at = avif.indexOf('ispe');
  avif.writeUInt32BE(widthPx, at + 8);
  avif.writeUInt32BE(heightPx, at + 12);
  return avif;
}

/**
 * An AVIF that is a grid of tiles, all of them the one small picture of a seed. The grid itself stands in `idat`.
 *
 * @see ISO/IEC 23008-12, 6.6.2.3
 */
export function avifOfTiles(rows: number, columns: number): Buffer {
  const [widthPx, heightPx] = [24, 20];
  const small = BOXES.split(seed('lossy.avif'));
  const meta = small.find(({ name }) => name === 'meta')?.data.subarray(4) ?? Buffer.alloc(0);
  const codec = BOXES.split(dataOf(BOXES.split(dataOf(BOXES.split(meta), 'iprp')), 'ipco')).filter(
    ({ name }) => ['av1C', 'pixi', 'ispe'].includes(name),
  );
  const picture = dataOf(small, 'mdat');
  const grid = Buffer.concat([
    Buffer.from([0, 1, rows - 1, columns - 1]),
    uint32(columns * widthPx),
    uint32(rows * heightPx),
  ]);
  const tiles = rows * columns;
  const references = Buffer.concat([uint16(1), uint16(tiles), ...Array<Buffer>(tiles).fill(uint16(2))]);
  const properties = [
    { name: 'ispe', data: Buffer.concat([uint32(0), uint32(columns * widthPx), uint32(rows * heightPx)]) },
    ...codec,
  ];
  const tileProperties = codec.map((_, index) => index + 2);
  const associations = [1, [1], 2, tileProperties].flat();
  const boxesBefore = (pictureAt: number) => [
    { name: 'ftyp', data: dataOf(small, 'ftyp') },
    {
      name: 'meta',
      data: Buffer.concat([
        uint32(0),
        BOXES.join([
          {
            name: 'hdlr',
            data: Buffer.concat([uint32(0), uint32(0), Buffer.from('pict'), Buffer.alloc(13)]),
          },
          { name: 'pitm', data: Buffer.concat([uint32(0), uint16(1)]) },
          { name: 'iloc', data: locations(grid.length, pictureAt, picture.length) },
          {
            name: 'iinf',
            data: Buffer.concat([uint32(0), uint16(2), BOXES.join([entry(1, 'grid'), entry(2, 'av01')])]),
          },
          {
            name: 'iref',
            data: Buffer.concat([uint32(0), BOXES.join([{ name: 'dimg', data: references }])]),
          },
          {
            name: 'iprp',
            data: BOXES.join([
              { name: 'ipco', data: BOXES.join(properties) },
              { name: 'ipma', data: associated(associations, tileProperties.length) },
            ]),
          },
          { name: 'idat', data: grid },
        ]),
      ]),
    },
  ];
  const pictureAt = BOXES.join(boxesBefore(0)).length + 8;
  return BOXES.join([...boxesBefore(pictureAt), { name: 'mdat', data: picture }]);
}

function associated([grid = 1, gridProperty = 1, tile = 2, ...properties]: number[], count: number): Buffer {
  return Buffer.concat([
    uint32(0),
    uint32(2),
    uint16(grid),
    Buffer.from([1, gridProperty]),
    uint16(tile),
    Buffer.from([count, ...properties]),
  ]);
}

/** Version 1: construction method 1 (idat) for the grid, 0 (file) for the tile; offsets and lengths of 4 bytes. */
function locations(gridBytes: number, pictureAt: number, pictureBytes: number): Buffer {
  const item = (id: number, method: number, offset: number, length: number) =>
    Buffer.concat([uint16(id), uint16(method), uint16(0), uint16(1), uint32(offset), uint32(length)]);
  return Buffer.concat([
    uint32(0x0100_0000),
    Buffer.from([0x44, 0x00]),
    uint16(2),
    item(1, 1, 0, gridBytes),
    item(2, 0, pictureAt, pictureBytes),
  ]);
}

function entry(id: number, type: string): Chunk {
  return {
    name: 'infe',
    data: Buffer.concat([uint32(0x0200_0000), uint16(id), uint16(0), Buffer.from(`${type}\0`)]),
  };
}

function withFrameSize({ name, data }: Chunk, widthPx: number, heightPx: number): Chunk {
  if (name !== 'c0' && name !== 'c2') return { name, data };
  const sized = Buffer.from(data);
  sized.writeUInt16BE(heightPx, 1);
  sized.writeUInt16BE(widthPx, 3);
  return { name, data: sized };
}

function repeated(
  chunks: readonly Chunk[],
  name: string,
  times: number,
  join: (chunks: readonly Chunk[]) => Buffer,
): Buffer {
  const at = chunks.findIndex((chunk) => chunk.name === name);
  const chunk = chunks[at];
  if (chunk === undefined) throw new Error(`expected a chunk ${name}`);
  return join(chunks.toSpliced(at, 0, ...Array<Chunk>(times).fill(chunk)));
}

function pngOf(chunks: readonly Chunk[]): Buffer {
  return PNG.join([{ name: 'head', data: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') }, ...chunks]);
}

function dataOf(boxes: readonly Chunk[], name: string): Buffer {
  return boxes.find((box) => box.name === name)?.data ?? Buffer.alloc(0);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
