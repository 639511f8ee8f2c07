import { type Pixels, release } from '../pixels.ts';

/**
 * Edits the colours that a picture has before it is blended with the background, and blends the result again. So the
 * background shows unchanged where the picture is transparent, and semi-transparent edges fit to it.
 *
 * @param edit gets pixels with their opacity, and keeps the size
 * @param background `#rrggbb`
 * @param readsNeighbours whether the edit makes a pixel from those around it, too
 */
export async function editVisible(
  pixels: Pixels,
  background: string,
  edit: (visible: Pixels) => Pixels | Promise<Pixels>,
  readsNeighbours: boolean,
): Promise<Pixels> {
  const { alpha } = pixels;
  if (alpha === undefined) return edit(pixels);
  const ground = Buffer.from(background.slice(1), 'hex');
  const visible = visibleColours(pixels, background, readsNeighbours);
  const edited = await edit(visible);
  if (edited === visible) return pixels;
  blend(edited.data, alpha, ground);
  const { data, widthPx, heightPx } = visible;
  await release({ data, widthPx, heightPx });
  return { ...edited, alpha };
}

/** The colours that a picture has before it is blended with the background, with its opacity. See {@link editVisible}. */
export function visibleColours(pixels: Pixels, background: string, readsNeighbours: boolean): Pixels {
  const { alpha } = pixels;
  if (alpha === undefined) return pixels;
  const visible = separate(pixels, alpha, Buffer.from(background.slice(1), 'hex'));
  if (readsNeighbours) spreadColours(visible, alpha);
  return visible;
}

/** The colours as they were before they were blended with the ground. */
function separate({ data, ...rest }: Pixels, alpha: Uint8Array, ground: Uint8Array): Pixels {
  const separated = Uint8Array.from(data);
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const opacity = alpha[pixel] ?? OPAQUE;
    if (opacity === OPAQUE || opacity === 0) continue;
    for (let channel = 0, at = 3 * pixel; channel < 3; channel++, at++) {
      const own = OPAQUE * (data[at] ?? 0) - (OPAQUE - opacity) * (ground[channel] ?? 0);
      separated[at] = Math.min(Math.max(Math.round(own / opacity), 0), 255);
    }
  }
  return { ...rest, data: separated };
}

/** In place, as the edit has made these colours. */
function blend(data: Uint8Array, alpha: Uint8Array, ground: Uint8Array): void {
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const opacity = alpha[pixel] ?? OPAQUE;
    if (opacity === OPAQUE) continue;
    for (let channel = 0, at = 3 * pixel; channel < 3; channel++, at++) {
      const sum = opacity * (data[at] ?? 0) + (OPAQUE - opacity) * (ground[channel] ?? 0);
      data[at] = Math.round(sum / OPAQUE);
    }
  }
}

const OPAQUE = 255;

/** Below this opacity, a colour separated from the background is more than four levels off. */
const FAINT = 32;

/**
 * Gives faint pixels the mean colour of the visible pixels around them, the more the fainter they are. So a filter of
 * 3×3 px at the edge of the visible picture sees neither the background nor noise.
 */
function spreadColours({ data, widthPx, heightPx }: Pixels, alpha: Uint8Array): void {
  const sums = new Float64Array(4);
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const opacity = alpha[pixel] ?? OPAQUE;
    if (opacity >= FAINT) continue;
    const [column, row] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    sums.fill(0);
    for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, heightPx - 1); y++) {
      for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, widthPx - 1); x++) {
        addWeighted(sums, data, y * widthPx + x, alpha[y * widthPx + x] ?? 0);
      }
    }
    const [total = 0] = sums;
    if (total === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const [own, mean] = [data[3 * pixel + channel] ?? 0, (sums[channel + 1] ?? 0) / total];
      data[3 * pixel + channel] = Math.round((opacity * own + (FAINT - opacity) * mean) / FAINT);
    }
  }
}

/** Adds the opacity of a pixel, and its colour weighted by that. */
function addWeighted(sums: Float64Array, data: Uint8Array, pixel: number, opacity: number): void {
  if (opacity === 0) return;
  sums[0] = (sums[0] ?? 0) + opacity;
  for (let channel = 0; channel < 3; channel++) {
    sums[channel + 1] = (sums[channel + 1] ?? 0) + opacity * (data[3 * pixel + channel] ?? 0);
  }
}
