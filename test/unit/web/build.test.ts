import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtAppFolder, isBuilt } from '../../../web/build/built-app.ts';

/** Of the first view, gzipped. */
const MAX_SCRIPT_BYTES = 120_000;
const MAX_STYLE_BYTES = 25_000;

let folder: string;
let page: string;

beforeAll(() => {
  folder = execFileSync(process.execPath, ['web/build/main.ts'], { encoding: 'utf8' }).trim();
  page = readFileSync(join(folder, 'index.html'), 'utf8');
});

/** What the page itself loads, without what is loaded on demand. */
function firstView(pattern: RegExp): number {
  const names = [...page.matchAll(pattern)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(0);
  return names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}

describe('the built app', () => {
  it('is found by its sources, and not built twice', () => {
    expect(folder).toBe(builtAppFolder());
    expect(isBuilt(folder)).toBe(true);
    expect(isBuilt(`${folder}-of-other-sources`)).toBe(false);
  });

  it('stays within its budget', () => {
    expect(firstView(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
    expect(firstView(/href="\/(assets\/[^"]+\.css)"/g)).toBeLessThanOrEqual(MAX_STYLE_BYTES);
  });

  it('loads nothing from another host, and has no script or style in the page', () => {
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('has the licence of every library that it holds', () => {
    const licenses = readFileSync(join(folder, 'licenses.txt'), 'utf8');
    const libraries = [...licenses.matchAll(/^## (\S+) - [\d.]+ \((\S+)\)$/gm)];
    expect(libraries.map(([, name]) => name)).toEqual(
      expect.arrayContaining([
        'react',
        'react-dom',
        '@tanstack/react-query',
        'lucide-react',
        'uplot',
        'wouter',
      ]),
    );
    expect([...new Set(libraries.map(([, , license]) => license))].sort()).toEqual([
      'ISC',
      'MIT',
      'Unlicense',
    ]);
    expect(licenses.match(/Permission (is hereby granted|to use, copy, modify)/g)?.length).toBeGreaterThan(8);
  });

  it('names its files by their content, so that browsers may keep them', () => {
    const names = readdirSync(join(folder, 'assets'));
    expect(names.filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
  });
});
