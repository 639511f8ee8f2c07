/** The modes of classification, from the fastest to the most accurate. */
export const LABEL_MODES = ['fast', 'balanced', 'accurate'] as const;
export type LabelMode = (typeof LABEL_MODES)[number];

/** What a deployment has: nothing, or the model of that mode, which is its default, and the fast one. */
export const LABEL_SETTINGS = ['off', ...LABEL_MODES] as const;
export type LabelSetting = (typeof LABEL_SETTINGS)[number];

/** The modes that a deployment has. */
export function modesOf(setting: LabelSetting): LabelMode[] {
  if (setting === 'off') return [];
  return LABEL_MODES.filter((mode) => mode === setting || mode === 'fast');
}

/** A model, and the preprocessing that it was trained with. */
export interface LabelModel {
  name: string;
  /** Of the file that scripts in labels/build write; 64 hex digits. */
  sha256: string;
  /** Side of its input in pixels. */
  sidePx: number;
  /**
   * Pixels around its input that it does not see: the square in the middle has sidePx / (sidePx + cropPaddingPx) of the
   * shorter side of a picture.
   *
   * @see https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/preprocessing.py
   */
  cropPaddingPx: number;
  /**
   * A sample of 0..255 becomes (sample − mean) / divisor. The mean and the deviation of ImageNet are wrong here.
   *
   * @see https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/lite/efficientnet_lite_builder.py
   */
  mean: number;
  divisor: number;
}

/** Classes that each model tells apart. */
export const LABEL_COUNT = 1000;

function efficientNetLite(version: number, sidePx: number, sha256: string): LabelModel {
  return { name: `efficientnet-lite${version}`, sha256, sidePx, cropPaddingPx: 32, mean: 127, divisor: 128 };
}

export const LABEL_MODELS: Readonly<Record<LabelMode, LabelModel>> = {
  fast: efficientNetLite(0, 224, '18953312d3570a6045df8764798d329218c8b8a646eccb9d5232301b69199bea'),
  balanced: efficientNetLite(1, 240, '2e411d4307d038ab388b28dd63e5272696957d52edecc1de01d382e781856e48'),
  accurate: efficientNetLite(2, 260, '8920182c547d9462aea8198cb27adfb2a20b6dc396ee0edb947baab2929b9329'),
};
