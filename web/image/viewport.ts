/** What part of the output is seen: `scale` screen pixels for one of the output, and the point in the middle. */
export interface Viewport {
  /** Undefined: the whole output fits. */
  scale: number | undefined;
  /** Of the output, in its pixels, at the middle of the stage. */
  centre: readonly [x: number, y: number];
}

export interface Size {
  widthPx: number;
  heightPx: number;
}

const [SMALLEST, LARGEST] = [0.05, 32];
/** Around the fitted picture. */
const MARGIN_PX = 24;

/** The scale at which the whole output is seen. A small one is not enlarged beyond twice its size. */
export function fittingScale(output: Size, stage: Size): number {
  const width = (stage.widthPx - 2 * MARGIN_PX) / output.widthPx;
  const height = (stage.heightPx - 2 * MARGIN_PX) / output.heightPx;
  return Math.max(SMALLEST, Math.min(width, height, 2));
}

export function fitted(output: Size): Viewport {
  return { scale: undefined, centre: [output.widthPx / 2, output.heightPx / 2] };
}

/** Zooms by a factor around a point of the stage, which stays where it is. */
export function zoomed(
  viewport: Viewport,
  factor: number,
  at: readonly [x: number, y: number],
  { output, stage }: { output: Size; stage: Size },
): Viewport {
  const before = viewport.scale ?? fittingScale(output, stage);
  const scale = Math.min(LARGEST, Math.max(SMALLEST, before * factor));
  const [x, y] = viewport.centre;
  const [dx, dy] = [at[0] - stage.widthPx / 2, at[1] - stage.heightPx / 2];
  return kept({ scale, centre: [x + dx / before - dx / scale, y + dy / before - dy / scale] }, output);
}

/** Moves the picture by screen pixels. */
export function moved(
  viewport: Viewport,
  [dx, dy]: readonly [number, number],
  { output, stage }: { output: Size; stage: Size },
): Viewport {
  const scale = viewport.scale ?? fittingScale(output, stage);
  const [x, y] = viewport.centre;
  return kept({ scale, centre: [x - dx / scale, y - dy / scale] }, output);
}

/** The same place of the picture, after the output has got another size. */
export function resized(
  { scale, centre: [x, y] }: Viewport,
  before: Size,
  { widthPx, heightPx }: Size,
): Viewport {
  return { scale, centre: [(x * widthPx) / before.widthPx, (y * heightPx) / before.heightPx] };
}

/** The middle of the stage stays on the picture. */
function kept({ scale, centre: [x, y] }: Viewport, { widthPx, heightPx }: Size): Viewport {
  return { scale, centre: [Math.min(widthPx, Math.max(0, x)), Math.min(heightPx, Math.max(0, y))] };
}
