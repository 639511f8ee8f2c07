import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type Prose, proseOf } from './prose.ts';

/* Checks how long the sentences of our pages are. It runs in `npm run check`; `--table` prints each page's figures. */

/** Nobody reads a longer sentence once. */
export const MAX_WORDS = 35;

/** Half of the sentences of a page have at most this many words. */
export const MAX_MEDIAN_WORDS = 17;

/** The median of fewer sentences says nothing about a page. */
const FEWEST_SENTENCES = 5;

export interface PageFigures {
  sentences: number;
  medianWords: number;
  maxWords: number;
  problems: string[];
}

/**
 * Measures one page against both limits.
 *
 * @param name of the page, for the messages
 */
export function checkPage(name: string, { sentences, cells }: Prose): PageFigures {
  const all = [...sentences, ...cells];
  const problems = all
    .filter(({ words }) => words > MAX_WORDS)
    .map(
      ({ words, line, text }) =>
        `${name}:${line}: expected at most ${MAX_WORDS} words in a sentence, found ${words}: "${text.slice(0, 80)}…". Split it.`,
    );
  const medianWords = medianOf(sentences.map(({ words }) => words));
  if (sentences.length >= FEWEST_SENTENCES && medianWords > MAX_MEDIAN_WORDS) {
    problems.push(
      `${name}: expected a median of at most ${MAX_MEDIAN_WORDS} words in a sentence, found ${medianWords}. Shorten the longest.`,
    );
  }
  return {
    sentences: sentences.length,
    medianWords,
    maxWords: Math.max(0, ...all.map(({ words }) => words)),
    problems,
  };
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function pages(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    encoding: 'utf8',
  });
  return list
    .split('\n')
    .filter((name) => name !== '' && !name.includes('__snapshots__') && existsSync(name));
}

function main(wantsTable: boolean): void {
  const checked = pages().map((name) => ({ name, ...checkPage(name, proseOf(readFileSync(name, 'utf8'))) }));
  if (checked.length === 0) throw new Error('expected pages of Markdown to check, found none');
  if (wantsTable)
    console.table(checked.map(({ problems, ...figures }) => ({ ...figures, problems: problems.length })));
  const problems = checked.flatMap((page) => page.problems);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (import.meta.main) main(process.argv.includes('--table'));
