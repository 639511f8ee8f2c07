import { expect, it } from 'vitest';
import { imagesCsv } from '../../../../core/images/images-csv.ts';
import { fullRecord, receivedRecord } from '../../../support/record-factory.ts';

function rowsOf(text: string): string[] {
  expect(text.endsWith('\r\n')).toBe(true);
  return text.slice(0, -2).split('\r\n');
}

it('a table has a header on its first page alone, and empty cells for what is not known', () => {
  const [header = '', row = ''] = rowsOf(imagesCsv([receivedRecord('a')], { hasHeader: true }));
  expect(header).toMatch(/^imageId,fileName,album,owner,state,recipe,createdAt,.*,reason$/);
  expect(row.split(',')).toHaveLength(header.split(',').length);
  expect(row).toContain(',RECEIVED,,');
  expect(rowsOf(imagesCsv([receivedRecord('a')], { hasHeader: false }))).toEqual([row]);
});

it.each([
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', '"\'\rx"'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['a\nb', '"a\nb"'],
  ['a=b', 'a=b'],
])('the album %j is the cell %j', (album, expected) => {
  const text = imagesCsv([{ ...fullRecord('a'), album }], { hasHeader: false });
  const { fileName } = fullRecord('a');
  expect(text).toContain(`,${expected},user-1,`);
  expect(text.startsWith(`a,${fileName.includes(',') ? `"${fileName}"` : fileName},`)).toBe(true);
});

it('a number below zero stays a number', () => {
  const quality = fullRecord('a').quality;
  if (!quality) throw new Error('expected a quality');
  const worse = { ...quality, encode: { ...quality.encode, ssimulacra2: -12.5 } };
  expect(imagesCsv([{ ...fullRecord('a'), quality: worse }], { hasHeader: false })).toContain(',-12.5,');
});
