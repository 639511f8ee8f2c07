import type { Size } from '../geometry.ts';
import { layOut, type Workspace } from '../kernels/kernels.ts';
import {
  placeScales,
  planeBytes,
  RADIUS_PX,
  type Scale,
  scaleBytes,
  scaleSizes,
  WINDOW_ROWS,
} from './scales.ts';

const CHANNELS = 3;

/** The mean and the 4-norm of each of the three maps. */
const NORMS = 6;

/** Zeros beside a blurred row: the window reaches 5 pixels further, and the kernels read 4 pixels at a time. */
const MARGIN_BYTES = 32;

/** The levels of an 8-bit sample. */
const LEVELS = 256;

/**
 * The comparison of two pictures at all scales of SSIMULACRA2, in one pass over their rows.
 *
 * The kernels compare a row once the 5 rows below it have arrived. Each pair of rows becomes one row of the next
 * smaller scale.
 */
export class ScaledComparison {
  readonly #workspace: Workspace<'samples' | 'levels' | 'window' | 'blurred' | 'sums' | 'rows'>;
  readonly #scales: readonly Scale[];
  readonly #blurredBytes: number;

  /** @param size with sides of at least 225 px */
  constructor(size: Size) {
    const { widthPx } = size;
    const sizes = scaleSizes(size);
    this.#blurredBytes = planeBytes(widthPx) + 2 * MARGIN_BYTES;
    this.#workspace = layOut({
      samples: 3 * widthPx,
      levels: 4 * LEVELS,
      window: 4 * WINDOW_ROWS,
      blurred: 4 * this.#blurredBytes,
      sums: 8 * CHANNELS * sizes.length * NORMS,
      rows: scaleBytes(sizes),
    });
    const { bytes, offsets } = this.#workspace;
    this.#scales = placeScales(sizes, offsets.rows);
    new Float32Array(bytes.buffer, offsets.levels, LEVELS).set(linearLevels());
  }

  /** Takes row `y` of both pictures, in RGB. Rows come in order, from 0. */
  addRow(y: number, reference: Uint8Array, other: Uint8Array): void {
    const { kernels, bytes, offsets } = this.#workspace;
    const [full] = this.#scales;
    if (full === undefined) return;
    const linear = linearRow(full, y);
    bytes.set(reference, offsets.samples);
    kernels.linearRow(offsets.samples, offsets.levels, linear, full.planeBytes, full.widthPx);
    bytes.set(other, offsets.samples);
    const otherLinear = linear + CHANNELS * full.planeBytes;
    kernels.linearRow(offsets.samples, offsets.levels, otherLinear, full.planeBytes, full.widthPx);
    this.#addLinear(full, y);
  }

  /** The norms of all maps, once every row has arrived: by channel, then scale, then norm. */
  norms(): number[] {
    const { bytes, offsets } = this.#workspace;
    return [0, 1, 2].flatMap((channel) =>
      this.#scales.flatMap(({ index, widthPx, heightPx }) => {
        const sums = new Float64Array(bytes.buffer, offsets.sums + this.#sumsOffset(channel, index), NORMS);
        const means = Array.from(sums, (sum) => sum / (widthPx * heightPx));
        return means.map((mean, i) => (i < NORMS / 2 ? mean : mean ** 0.25));
      }),
    );
  }

  /** Takes row `y` of a scale, whose linear light is in memory. */
  #addLinear(scale: Scale, y: number): void {
    const { kernels } = this.#workspace;
    const { heightPx, widthPx, planeBytes } = scale;
    const isLast = y === heightPx - 1;
    kernels.xybRow(linearRow(scale, y), xybRow(scale, y), planeBytes, widthPx);
    const complete = isLast ? heightPx : y + 1 - RADIUS_PX;
    for (let row = Math.max(y - RADIUS_PX, 0); row < complete; row++) this.#compareRow(scale, row);
    const smaller = this.#scales[scale.index + 1];
    if (smaller === undefined || !(isLast || y % 2 === 1)) return;
    const half = Math.floor(y / 2);
    const [upper, lower, to] = [linearRow(scale, 0), linearRow(scale, y), linearRow(smaller, half)];
    kernels.halveRows(upper, lower, planeBytes, to, smaller.planeBytes, widthPx);
    this.#addLinear(smaller, half);
  }

  /** Adds the maps of a row to the sums. All rows of its window are in memory. */
  #compareRow(scale: Scale, y: number): void {
    const { kernels, bytes, offsets } = this.#workspace;
    const window = new Uint32Array(bytes.buffer, offsets.window, WINDOW_ROWS);
    for (let i = 0; i < WINDOW_ROWS; i++) {
      window[i] = xybRow(scale, mirrored(y + i - RADIUS_PX, scale.heightPx));
    }
    const blurred = offsets.blurred + MARGIN_BYTES;
    const { planeBytes, widthPx, index } = scale;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const plane = channel * planeBytes;
      const sums = offsets.sums + this.#sumsOffset(channel, index);
      kernels.blurColumns(offsets.window, plane, planeBytes, blurred, this.#blurredBytes, widthPx);
      kernels.addMaps(blurred, this.#blurredBytes, xybRow(scale, y) + plane, planeBytes, widthPx, sums);
    }
  }

  #sumsOffset(channel: number, scale: number): number {
    return 8 * NORMS * (channel * this.#scales.length + scale);
  }
}

function linearRow({ linear, rowBytes }: Scale, y: number): number {
  return linear + (y % 2) * rowBytes;
}

function xybRow({ xyb, rowBytes }: Scale, y: number): number {
  return xyb + (y % WINDOW_ROWS) * rowBytes;
}

/** The row to use for one that may lie beyond the upper or lower edge: the picture is mirrored there. */
function mirrored(y: number, heightPx: number): number {
  if (y < 0) return -1 - y;
  return y < heightPx ? y : 2 * heightPx - 1 - y;
}

/** The linear light of each 8-bit level of sRGB, 0..1. */
function linearLevels(): number[] {
  return Array.from({ length: LEVELS }, (_, level) => {
    const share = level / (LEVELS - 1);
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
}
