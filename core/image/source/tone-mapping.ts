import type { HdrTransfer } from './colour-space.ts';
import { MOST } from './srgb-levels.ts';

/** The brightest light that is told apart, in cd/m²: what HLG is nominally mastered for, and most of PQ. @see ITU-R BT.2100-2, table 5 */
export const SOURCE_PEAK = 1000;
/** The light of sRGB's white, in cd/m²: that of graphics white in HDR. @see ITU-R BT.2408, section 2.1 */
export const REFERENCE_WHITE = 203;

/** SMPTE ST 2084. @see ITU-R BT.2100-2, table 4 */
const PQ = {
  peak: 10_000,
  m1: 2610 / 16_384,
  m2: (2523 / 4096) * 128,
  c1: 3424 / 4096,
  c2: (2413 / 4096) * 32,
  c3: (2392 / 4096) * 32,
} as const;

/** Light in cd/m² of a value 0..1 in PQ. */
function pqLight(value: number): number {
  const root = value ** (1 / PQ.m2);
  return PQ.peak * (Math.max(root - PQ.c1, 0) / (PQ.c2 - PQ.c3 * root)) ** (1 / PQ.m1);
}

function pqValue(light: number): number {
  const power = (light / PQ.peak) ** PQ.m1;
  return ((PQ.c1 + PQ.c2 * power) / (1 + PQ.c3 * power)) ** PQ.m2;
}

/** @see ITU-R BT.2100-2, table 5 */
const HLG = { a: 0.17883277, b: 0.28466892, c: 0.55991073 } as const;

/** The exponent of the OOTF at 1000 cd/m². */
export const HLG_GAMMA = 1.2;

/** Light of the scene, 0..1, of a value in HLG. */
function hlgSceneLight(value: number): number {
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - HLG.c) / HLG.a) + HLG.b) / 12;
}

/** Of a value 0..1: PQ's light on a display, of {@link SOURCE_PEAK}; HLG's light of the scene, before its OOTF. */
export function hdrLight(transfer: HdrTransfer, value: number): number {
  return transfer === 'PQ' ? pqLight(value) / SOURCE_PEAK : hlgSceneLight(value);
}

/**
 * Light that a display of {@link REFERENCE_WHITE} shows, of light on one of {@link SOURCE_PEAK}, both in cd/m². Up to
 * 90 cd/m² it stays as it is; a spline compresses what is brighter. Black is 0 on both.
 *
 * @see ITU-R BT.2390-8, section 5.4.1 (EETF)
 */
function compressed(light: number): number {
  const peak = pqValue(SOURCE_PEAK);
  const value = Math.min(pqValue(light) / peak, 1);
  const most = pqValue(REFERENCE_WHITE) / peak;
  const knee = 1.5 * most - 0.5;
  if (value < knee) return light;
  const t = (value - knee) / (1 - knee);
  const spline =
    (2 * t ** 3 - 3 * t ** 2 + 1) * knee +
    (t ** 3 - 2 * t ** 2 + t) * (1 - knee) +
    (-2 * t ** 3 + 3 * t ** 2) * most;
  return pqLight(spline * peak);
}

/** By steps of light up to {@link SOURCE_PEAK}: the factor from there to light of {@link REFERENCE_WHITE}. */
export function toneScales(): Float32Array {
  return Float32Array.from({ length: MOST + 1 }, (_, index) => {
    // All steps below the knee have one factor.
    const light = (SOURCE_PEAK * Math.max(index, 1)) / MOST;
    return (compressed(light) / light) * (SOURCE_PEAK / REFERENCE_WHITE);
  });
}
