/** The details file of a run, as far as the page reads it. */
export interface ImageDetails {
  exif: Exif | null;
  search: EncoderSearch | null;
}

export type Exif = Readonly<Record<string, Readonly<Record<string, string | number | readonly number[]>>>>;

export interface EncoderTry {
  format: string;
  quality: number;
  bytes: number;
  ssim?: number | null;
  ssimulacra2?: number | null;
}

export interface EncoderSearch {
  targetSsim: number | null;
  targetQuality: number | null;
  targetMet: boolean;
  chosen: { format: string; quality: number };
  tries: readonly EncoderTry[];
}

type Fact = 'camera' | 'lens' | 'exposure';

/** What a photographer looks for first. */
export function cameraFacts(exif: Exif | null): [Fact, string][] {
  const { Make, Model } = exif?.Image ?? {};
  const { LensModel, FNumber, ExposureTime, FocalLength, ISOSpeedRatings, PhotographicSensitivity } =
    exif?.Photo ?? {};
  const model = text(Model);
  const make = text(Make);
  // Many makers repeat their name in the model.
  const camera = model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`;
  const exposure = [
    typeof FocalLength === 'number' ? `${round(FocalLength)} mm` : '',
    typeof FNumber === 'number' ? `f/${round(FNumber)}` : '',
    typeof ExposureTime === 'number' ? shutter(ExposureTime) : '',
    sensitivity(PhotographicSensitivity ?? ISOSpeedRatings),
  ];
  const facts: [Fact, string][] = [
    ['camera', camera.trim()],
    ['lens', text(LensModel)],
    ['exposure', exposure.filter(Boolean).join(' · ')],
  ];
  return facts.filter(([, value]) => value !== '');
}

/** Latitude and longitude in degrees, five decimals: about a metre. */
export function positionOf(exif: Exif | null): string | undefined {
  const { GPSLatitude, GPSLatitudeRef, GPSLongitude, GPSLongitudeRef } = exif?.GPSInfo ?? {};
  const [latitude, longitude] = [degrees(GPSLatitude), degrees(GPSLongitude)];
  if (latitude === undefined || longitude === undefined) return undefined;
  const [south, west] = [text(GPSLatitudeRef) === 'S', text(GPSLongitudeRef) === 'W'];
  return `${(south ? -latitude : latitude).toFixed(5)}, ${(west ? -longitude : longitude).toFixed(5)}`;
}

function degrees(value: unknown): number | undefined {
  if (!Array.isArray(value)) return undefined;
  const [whole = Number.NaN, minutes = 0, seconds = 0] = value as number[];
  const sum = whole + minutes / 60 + seconds / 3600;
  return Number.isFinite(sum) ? sum : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function sensitivity(value: unknown): string {
  const [iso] = Array.isArray(value) ? value : [value];
  return typeof iso === 'number' ? `ISO ${iso}` : '';
}

function shutter(seconds: number): string {
  return seconds >= 0.3 || seconds <= 0 ? `${round(seconds)} s` : `1/${Math.round(1 / seconds)} s`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
