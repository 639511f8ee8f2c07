import { KERNELS_WASM } from './wasm.ts';

/** The exports of assembly/; the comments there describe each one. Offsets are in bytes. */
export interface Kernels {
  memory: WebAssembly.Memory;
  freeMemory(): number;
  start(
    rowA: number,
    rowB: number,
    ringA: number,
    ringB: number,
    columns: number,
    widthPx: number,
    paddedPx: number,
  ): void;
  addColourRow(): void;
  addGreyRow(): void;
  similarity(): number;
  squaredError(): number;
  averageRows(
    rows: number,
    strideBytes: number,
    side: number,
    sums: number,
    to: number,
    blocks: number,
  ): void;
  widenRow(from: number, firsts: number, weights: number, to: number, widthPx: number): void;
  mixRows(upper: number, lower: number, lowerWeight: number, to: number, samples: number): void;
  stretchRow(from: number, firsts: number, weights: number, to: number, widthPx: number): void;
  stackRows(rows: number, weights: number, to: number, samples: number): void;
  tabulateRotation(table: number, sums: number, cosine: number, sine: number): void;
  rotateRow(
    table: number,
    source: number,
    strideBytes: number,
    x: number,
    y: number,
    stepX: number,
    stepY: number,
    to: number,
    widthPx: number,
  ): void;
  sharpenRow(above: number, row: number, below: number, to: number, samples: number, factor: number): void;
  blendWithLevel(row: number, samples: number, level: number, factor: number): void;
  blendWithGrey(row: number, widthPx: number, factor: number): void;
  sumOfGreys(row: number, widthPx: number): number;
  linearRow(from: number, levels: number, to: number, planeBytes: number, widthPx: number): void;
  halveRows(
    upper: number,
    lower: number,
    planeBytes: number,
    to: number,
    toPlaneBytes: number,
    widthPx: number,
  ): void;
  xybRow(from: number, to: number, planeBytes: number, widthPx: number): void;
  blurColumns(
    rows: number,
    channel: number,
    planeBytes: number,
    to: number,
    toPlaneBytes: number,
    widthPx: number,
  ): void;
  addMaps(
    from: number,
    fromPlaneBytes: number,
    row: number,
    planeBytes: number,
    widthPx: number,
    sums: number,
  ): void;
}

/** The kernels with memory laid out for one computation. Only one workspace is valid at a time. */
export interface Workspace<Name extends string> {
  kernels: Kernels;
  /** The whole memory of the kernels. */
  bytes: Uint8Array;
  /** Offset of each part in `bytes`. */
  offsets: Record<Name, number>;
}

const PAGE_BYTES = 65_536;

/** A cache line: vectors at multiples of it load and store without a penalty. */
const ALIGNMENT_BYTES = 64;

let instance: Kernels | undefined;

/** Lays out memory: one zeroed part for each name, of the given size in bytes. */
export function layOut<Name extends string>(sizes: Record<Name, number>): Workspace<Name> {
  instance ??= instantiate();
  const { memory } = instance;
  const start = instance.freeMemory();
  let end = start;
  const offsets: Partial<Record<Name, number>> = {};
  for (const name in sizes) {
    const offset = Math.ceil(end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    offsets[name] = offset;
    end = offset + sizes[name];
  }
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0, start, end);
  return { kernels: instance, bytes, offsets: offsets as Record<Name, number> };
}

function instantiate(): Kernels {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(KERNELS_WASM, 'base64')));
  return exports as Kernels;
}
