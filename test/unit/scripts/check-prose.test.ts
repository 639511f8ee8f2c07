import { describe, expect, it } from 'vitest';
import { checkPage, MAX_MEDIAN_WORDS, MAX_WORDS } from '../../../scripts/check-prose.ts';
import { proseOf } from '../../../scripts/prose.ts';

const sentence = (words: number) => `${Array.from({ length: words }, () => 'word').join(' ')}.`;
const check = (markdown: string) => checkPage('docs/page.md', proseOf(markdown));

describe('the length of sentences', () => {
  it('may reach the limit, and not pass it', () => {
    expect(check(sentence(MAX_WORDS)).problems).toEqual([]);
    const { problems, maxWords } = check(`Short one.\n\n${sentence(MAX_WORDS + 1)}`);
    expect(maxWords).toBe(MAX_WORDS + 1);
    expect(problems).toEqual([
      expect.stringMatching(
        /^docs\/page\.md:3: expected at most 35 words in a sentence, found 36: "word word/,
      ),
    ]);
  });

  it('is limited in the cells of tables, too', () => {
    const { problems } = check(`| What |\n| --- |\n| ${sentence(MAX_WORDS + 1)} |`);
    expect(problems).toEqual([expect.stringContaining('docs/page.md:3: expected at most 35 words')]);
  });

  it('has a median of the page that is limited', () => {
    const page = (words: number) =>
      [sentence(2), sentence(words), sentence(30), sentence(words), sentence(3)].join(' ');
    expect(check(page(MAX_MEDIAN_WORDS)).problems).toEqual([]);
    expect(check(page(MAX_MEDIAN_WORDS + 1)).problems).toEqual([
      'docs/page.md: expected a median of at most 17 words in a sentence, found 18. Shorten the longest.',
    ]);
  });

  it('of table cells does not make a page look readable', () => {
    const rows = Array.from({ length: 20 }, () => '| two words |').join('\n');
    const page = `${Array.from({ length: 5 }, () => sentence(20)).join(' ')}\n\n| head |\n| --- |\n${rows}`;
    expect(check(page).medianWords).toBe(20);
  });
});
