import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');

function filesLike(pattern: string): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', pattern];
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

const pages = filesLike('*.md');

const FENCED = /^[ \t]*```.*?^[ \t]*```/gms;

/** Our folders and files at the top: inline code that begins with one of them is a path. */
const PATH =
  /^(?:bin|lib|lambdas|core|local|cli|client|web|heic|docker|test|bench|scripts|schemas|samples|docs|\.ci|\.github)\/[\w.*/-]*$/;

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replace(FENCED, '');
}

/** Addresses within a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Relative links of a text that lead nowhere. */
function deadLinks(page: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

function missingPaths(text: string): string[] {
  const codes = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return codes.filter((code) => PATH.test(code) && globSync(code, { cwd: ROOT }).length === 0);
}

/** Tests and constants that a text names and the code does not have. */
function missingNames(text: string): string[] {
  const tests = new Set(filesLike('*.test.ts').map((file) => basename(file)));
  const code = filesLike('*.ts').map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const names = [...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name);
  return names.filter((name) => {
    if (/^[\w-]+\.test\.ts$/.test(name)) return !tests.has(name);
    if (!/^[A-Z]+(?:_[A-Z]+)*$/.test(name)) return false;
    return !code.some((source) => new RegExp(`\\bconst ${name}\\b`).test(source));
  });
}

describe('the recipes of CONTRIBUTING.md', () => {
  it('name only tests and constants that exist', () => {
    expect(missingNames(textOf('CONTRIBUTING.md'))).toEqual([]);
    expect(missingNames('`gone.test.ts`, `GONE_FIGURES`, `facts.test.ts`, `WORKERS`')).toEqual([
      'gone.test.ts',
      'GONE_FIGURES',
    ]);
  });
});

describe('every page', () => {
  it('is among those that are looked at', () => {
    expect(pages).toContain('README.md');
    expect(pages).toContain('docs/architecture.md');
    expect(pages.length).toBeGreaterThan(20);
  });

  it.each(pages)('%s links only what exists', (page) => {
    expect(deadLinks(page, textOf(page))).toEqual([]);
  });

  // The changelog names files that are gone.
  it.each(pages.filter((page) => page !== 'CHANGELOG.md'))('%s names only files that exist', (page) => {
    expect(missingPaths(textOf(page))).toEqual([]);
  });
});

describe('the search for what does not exist', () => {
  it('finds it', () => {
    const text =
      'See [a](gone.md), [b](architecture.md#gone), [c](architecture.md#glossary) and `core/gone.ts`.';
    expect(deadLinks('docs/deploy.md', text)).toEqual(['gone.md', 'architecture.md#gone']);
    expect(missingPaths(text)).toEqual(['core/gone.ts']);
    expect(missingPaths('`core/names.ts`, `lambdas/*/handler.ts`, `core/pipeline/`')).toEqual([]);
  });
});
