import { type Region, rotatedSize, type Size } from '../geometry.ts';
import { layOut, type Workspace } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';

/** Side of the tiles that are rotated one at a time, so that the kernels need little memory for any picture. */
const TILE_PX = 256;

/** Longest side of the window that a tile reads from the source. */
const WINDOW_PX = Math.ceil(TILE_PX * Math.SQRT2) + 6;

/** The kernels' table of weights: ten weights of 16 bits for each of 64×64 fractions. It is made from 161×161 sums. */
const TABLE_BYTES = 64 * 64 * 20;
const SUMS_BYTES = 4 * 161 * 161;

interface Rotation {
  source: Pixels;
  /** Of the rotated canvas. */
  size: Size;
  cosine: number;
  sine: number;
  /** A row of background, as long as a window. */
  backgroundRow: Uint8Array;
  workspace: Workspace<'table' | 'sums' | 'window' | 'row'>;
}

/**
 * Rotates pixels clockwise around their centre, which becomes the centre of a canvas of {@link rotatedSize}. Each pixel
 * is the mean colour under its square, so no part of the picture is lost, and its edges blend with the background.
 *
 * @param degrees no multiple of 90: sharp moves pixels for those
 * @param background `#rrggbb`
 */
export function rotatePixels(source: Pixels, degrees: number, background: string): Pixels {
  const size = rotatedSize(source, degrees);
  const colour = Buffer.from(background.slice(1), 'hex');
  const data = Buffer.alloc(3 * size.widthPx * size.heightPx, colour);
  const radians = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(radians), Math.sin(radians)];
  const backgroundRow = Buffer.alloc(3 * WINDOW_PX, colour);
  const workspace = layOut({
    table: TABLE_BYTES,
    sums: SUMS_BYTES,
    window: 3 * WINDOW_PX ** 2 + 16,
    row: 3 * TILE_PX + 16,
  });
  workspace.kernels.tabulateRotation(workspace.offsets.table, workspace.offsets.sums, cosine, sine);
  const rotation: Rotation = { source, size, cosine, sine, backgroundRow, workspace };
  for (let topPx = 0; topPx < size.heightPx; topPx += TILE_PX) {
    for (let leftPx = 0; leftPx < size.widthPx; leftPx += TILE_PX) {
      const widthPx = Math.min(TILE_PX, size.widthPx - leftPx);
      const heightPx = Math.min(TILE_PX, size.heightPx - topPx);
      rotateTile(rotation, { leftPx, topPx, widthPx, heightPx }, data);
    }
  }
  return { data, ...size };
}

function rotateTile(rotation: Rotation, tile: Region, into: Uint8Array): void {
  const { source, size, cosine, sine, workspace } = rotation;
  const { kernels, bytes, offsets } = workspace;
  const window = windowOf(rotation, tile);
  if (isOutside(window, source)) return;
  loadWindow(rotation, window);
  for (let y = tile.topPx; y < tile.topPx + tile.heightPx; y++) {
    const start = sourcePosition(rotation, tile.leftPx, y);
    kernels.rotateRow(
      offsets.table,
      offsets.window,
      3 * window.widthPx,
      fixed(start.x - window.leftPx),
      fixed(start.y - window.topPx),
      fixed(cosine),
      fixed(-sine),
      offsets.row,
      tile.widthPx,
    );
    const row = bytes.subarray(offsets.row, offsets.row + 3 * tile.widthPx);
    into.set(row, 3 * (y * size.widthPx + tile.leftPx));
  }
}

/** Where the centre of a pixel of the canvas lies in the source. */
function sourcePosition(
  { source, size, cosine, sine }: Rotation,
  x: number,
  y: number,
): { x: number; y: number } {
  const u = x + 0.5 - size.widthPx / 2;
  const v = y + 0.5 - size.heightPx / 2;
  return {
    x: source.widthPx / 2 + u * cosine + v * sine,
    y: source.heightPx / 2 - u * sine + v * cosine,
  };
}

/** The region of the source that a tile reads, with a pixel to spare; it may reach beyond the source. */
function windowOf(rotation: Rotation, { leftPx, topPx, widthPx, heightPx }: Region): Region {
  const corners = [leftPx, leftPx + widthPx - 1].flatMap((x) =>
    [topPx, topPx + heightPx - 1].map((y) => sourcePosition(rotation, x, y)),
  );
  const span = (values: number[]) => {
    const start = Math.floor(Math.min(...values)) - 2;
    return { start, length: Math.floor(Math.max(...values)) + 3 - start };
  };
  const across = span(corners.map(({ x }) => x));
  const down = span(corners.map(({ y }) => y));
  return { leftPx: across.start, topPx: down.start, widthPx: across.length, heightPx: down.length };
}

function isOutside({ leftPx, topPx, widthPx, heightPx }: Region, source: Size): boolean {
  return (
    leftPx >= source.widthPx || topPx >= source.heightPx || leftPx + widthPx <= 0 || topPx + heightPx <= 0
  );
}

/** Copies a window of the source, with background around the source. */
function loadWindow({ source, backgroundRow, workspace }: Rotation, window: Region): void {
  const { bytes, offsets } = workspace;
  const rowBytes = 3 * window.widthPx;
  const start = Math.max(window.leftPx, 0);
  const end = Math.min(window.leftPx + window.widthPx, source.widthPx);
  for (let row = 0; row < window.heightPx; row++) {
    const y = window.topPx + row;
    const at = offsets.window + row * rowBytes;
    const isInside = y >= 0 && y < source.heightPx;
    if (!isInside || end - start < window.widthPx) bytes.set(backgroundRow.subarray(0, rowBytes), at);
    if (!isInside) continue;
    const first = y * source.widthPx;
    bytes.set(source.data.subarray(3 * (first + start), 3 * (first + end)), at + 3 * (start - window.leftPx));
  }
}

/** The kernels take positions with 16 bits behind the point. */
function fixed(position: number): number {
  return Math.round(position * 65_536);
}
