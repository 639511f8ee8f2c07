import { describe, expect, it } from 'vitest';
import { cameraFacts, positionOf } from '../../../../web/image/exif.ts';

describe('EXIF as a photographer reads it', () => {
  it('names camera, lens and exposure', () => {
    const exif = {
      Image: { Make: 'NIKON CORPORATION', Model: 'NIKON D750' },
      Photo: {
        LensModel: '50mm f/1.8',
        FNumber: 2.8,
        ExposureTime: 0.004,
        FocalLength: 50,
        ISOSpeedRatings: [400],
      },
    };
    expect(cameraFacts(exif)).toEqual([
      ['camera', 'NIKON CORPORATION NIKON D750'],
      ['lens', '50mm f/1.8'],
      ['exposure', '50 mm · f/2.8 · 1/250 s · ISO 400'],
    ]);
  });

  it('does not repeat a maker that the model names, and tells long exposures in seconds', () => {
    const exif = { Image: { Make: 'Canon', Model: 'Canon EOS R5' }, Photo: { ExposureTime: 2.5 } };
    expect(cameraFacts(exif)).toEqual([
      ['camera', 'Canon EOS R5'],
      ['exposure', '2.5 s'],
    ]);
  });

  it('gives a position in degrees, south and west negative', () => {
    const GPSInfo = {
      GPSLatitude: [33, 51, 24.5],
      GPSLatitudeRef: 'S',
      GPSLongitude: [151, 12, 55],
      GPSLongitudeRef: 'E',
    };
    expect(positionOf({ GPSInfo })).toBe('-33.85681, 151.21528');
  });

  it('is silent about what is not there or makes no sense', () => {
    expect(cameraFacts(null)).toEqual([]);
    expect(positionOf(null)).toBeUndefined();
    expect(positionOf({ GPSInfo: { GPSLatitude: 'north', GPSLongitude: [1, 2, 3] } })).toBeUndefined();
  });
});
