import { describe, expect, it } from 'vitest';
import { bytesOf, captureTimeOf, dimensionsOf, durationOf, timeOf } from '../../../../web/ui/format.ts';

describe('figures in the app', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [71_300, '71.3 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [123_456_789, '123 MB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(bytesOf(bytes)).toBe(text);
  });

  it('tell times relative up to a day, then by date', () => {
    const now = Date.parse('2026-05-02T12:00:00Z');
    expect(timeOf('2026-05-02T11:59:50Z', now)).toBe('now');
    expect(timeOf('2026-05-02T11:40:00Z', now)).toBe('20 minutes ago');
    expect(timeOf('2026-05-02T02:00:00Z', now)).toBe('10 hours ago');
    expect(timeOf('2026-04-02T12:00:00Z', now)).toContain('2026');
  });

  it('leave the camera its own time', () => {
    expect(captureTimeOf('2024-06-01T18:30:12.50')).toBe('2024-06-01 18:30');
  });

  it('name their units', () => {
    expect([dimensionsOf(600, 400), dimensionsOf(null, 1)]).toEqual(['600 × 400 px', '']);
    expect([durationOf(84.4), durationOf(1650)]).toEqual(['84 ms', '1.6 s']);
  });
});
