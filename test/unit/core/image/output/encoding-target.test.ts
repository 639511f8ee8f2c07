import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../../../core/image/output/encoding-target.ts';

function measured({ ssim = 0.99, psnrDb = 40, ssimulacra2 = 85, identical = false } = {}) {
  return { ssim, psnrDb: identical ? null : psnrDb, ssimulacra2, identical };
}

describe('a target of SSIMULACRA2', () => {
  const target = targetOf({ format: 'jpeg', targetQuality: 80 });

  it('asks for the score alone', () => {
    expect(target.isReachedBy(measured({ ssimulacra2: 80, ssim: 0.1, psnrDb: 10 }))).toBe(true);
    expect(target.isReachedBy(measured({ ssimulacra2: 79.99 }))).toBe(false);
    expect(target.isReachedBy({ ...measured(), ssimulacra2: null })).toBe(false);
  });

  it('of 100 is reached by an identical picture alone', () => {
    const perfect = targetOf({ format: 'jpeg', targetQuality: 100 });
    expect(perfect.isReachedBy(measured({ ssimulacra2: 100, identical: true }))).toBe(true);
    expect(perfect.isReachedBy(measured({ ssimulacra2: 99.999 }))).toBe(false);
  });
});

describe('a target of SSIM', () => {
  const target = targetOf({ format: 'jpeg', targetSsim: 0.95 });

  it('asks for 30 dB as well', () => {
    expect(target.isReachedBy(measured({ ssim: 0.95, psnrDb: 30 }))).toBe(true);
    expect(target.isReachedBy(measured({ ssim: 1, psnrDb: 29.9 }))).toBe(false);
    expect(target.isReachedBy(measured({ ssim: 0.9499, psnrDb: 50 }))).toBe(false);
  });

  it('takes no quality that shows blocks', () => {
    expect(target.lowestQuality).toEqual({ jpeg: 40, webp: 40, avif: 30 });
  });

  it('is reached by an identical picture, which may be too small for SSIM', () => {
    expect(target.isReachedBy({ ...measured({ identical: true }), ssim: null })).toBe(true);
  });
});

describe('the margin', () => {
  const losses = fc.record({
    ssim: fc.double({ min: -1, max: 0.9999, noNaN: true }),
    psnrDb: fc.double({ min: 1, max: 90, noNaN: true }),
    ssimulacra2: fc.double({ min: -500, max: 99.9, noNaN: true }),
  });
  const targets = fc.oneof(
    fc.double({ min: 0, max: 99, noNaN: true }).map((targetQuality) => ({ targetQuality })),
    fc.double({ min: 0, max: 0.999, noNaN: true }).map((targetSsim) => ({ targetSsim })),
  );

  it('is finite, and negative where the target is missed', () => {
    fc.assert(
      fc.property(targets, losses, (goal, loss) => {
        const target = targetOf({ format: 'jpeg', ...goal });
        const margin = target.marginOf(measured(loss));
        expect(Number.isFinite(margin)).toBe(true);
        if (Math.abs(margin) > 1e-9) expect(margin > 0).toBe(target.isReachedBy(measured(loss)));
      }),
    );
  });
});
