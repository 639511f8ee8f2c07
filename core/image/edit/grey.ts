/**
 * Grey as Pillow's mode L has it: ITU-R BT.601 weights in 16-bit fixed point, rounded to 0..255.
 *
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
export function greyOf(red: number, green: number, blue: number): number {
  return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
}
