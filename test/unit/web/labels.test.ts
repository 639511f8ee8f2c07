import { expect, it } from 'vitest';
import { type AskedFile, classifiedCsv } from '../../../web/labels/classified.ts';

const file = (name: string, confidence?: number): AskedFile => ({
  id: 1,
  name,
  address: '',
  ...(confidence === undefined
    ? { problem: 'no picture' }
    : {
        answer: {
          model: 'm',
          predictions: [{ wordnetId: 'n1', name: 'tabby, tabby cat', confidence, band: 'high' }],
        },
      }),
});

it('a table of classified files quotes, defuses formulas, and leaves empty what is below the threshold', () => {
  const files = [file('a.jpg', 0.91234), file('=1+1.jpg', 0.2), file('no "photo".txt')];
  expect(classifiedCsv(files, 0.3)).toBe(
    'filename,prediction,confidence\r\n' +
      'a.jpg,"tabby, tabby cat",0.9123\r\n' +
      "'=1+1.jpg,,\r\n" +
      '"no ""photo"".txt",,\r\n',
  );
});
