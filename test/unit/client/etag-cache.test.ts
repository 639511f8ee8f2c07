import { expect, it } from 'vitest';
import { EtagCache } from '../../../client/etag-cache.ts';

it('drops what was used least recently', () => {
  const cache = new EtagCache(2);
  cache.keep('/a', '"1"', 'a');
  cache.keep('/b', '"1"', 'b');
  expect(cache.find('/a')).toEqual({ etag: '"1"', value: 'a' });
  cache.keep('/c', '"1"', 'c');
  expect(['/a', '/b', '/c'].map((url) => cache.find(url)?.value)).toEqual(['a', undefined, 'c']);
});

it('holds the newest answer of a URL', () => {
  const cache = new EtagCache(2);
  cache.keep('/a', '"1"', 'old');
  cache.keep('/a', '"2"', 'new');
  expect(cache.find('/a')).toEqual({ etag: '"2"', value: 'new' });
});
