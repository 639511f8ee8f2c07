/** What a PSNR means: to 20 dB poor, to 30 fair, to 40 good, above excellent. */
export function psnrBand(psnrDb: number): 'poor' | 'fair' | 'good' | 'excellent' {
  if (psnrDb < 20) return 'poor';
  if (psnrDb < 30) return 'fair';
  return psnrDb < 40 ? 'good' : 'excellent';
}

/**
 * What a SSIMULACRA2 means, by its authors: 90 is visually lossless, 70 high, 50 medium.
 *
 * @see https://github.com/cloudinary/ssimulacra2
 */
export function scoreBand(score: number): 'low' | 'medium' | 'high' | 'lossless' {
  if (score < 50) return 'low';
  if (score < 70) return 'medium';
  return score < 90 ? 'high' : 'lossless';
}
