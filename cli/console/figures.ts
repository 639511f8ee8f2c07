import type { Comparison, EncodeComparison } from '../../core/image/types.ts';

/** Figures as people read them, on the terminal and on the contact sheet. */

const BYTE_UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** 10,240 bytes are `10 KB`; units of 1,000. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[power]}`;
}

/** `85 ms`, `1.3 s`, `4 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The SSIM of a comparison, `–` where it was not made or the pictures were too small. */
export function formatSsim(comparison: Comparison | null | undefined): string {
  return comparison?.ssim?.toFixed(4) ?? '–';
}

/** The PSNR of a comparison in dB: `∞` for identical pictures, `–` where it was not made. */
export function formatPsnr(comparison: Comparison | null | undefined): string {
  if (comparison?.identical) return '∞';
  return comparison?.psnrDb?.toFixed(1) ?? '–';
}

/** The SSIMULACRA2 of a comparison, `–` where it was not measured. */
export function formatScore(comparison: EncodeComparison | null | undefined): string {
  return comparison?.ssimulacra2?.toFixed(1) ?? '–';
}

/** `1 photo`, `7 photos`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}
