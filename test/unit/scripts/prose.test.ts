import { describe, expect, it } from 'vitest';
import { proseOf } from '../../../scripts/prose.ts';

const textsOf = (markdown: string) => proseOf(markdown).sentences.map(({ text }) => text);

describe('the prose of a page', () => {
  it('is split at the end of each sentence', () => {
    expect(textsOf('One here. Two "there." Is it three? `npm start` is four!')).toEqual([
      'One here.',
      'Two "there."',
      'Is it three?',
      'code is four!',
    ]);
  });

  it('is not split in a number, a file name or an abbreviation', () => {
    expect(textsOf('It took 0.4 s in core/names.ts, e.g. on a laptop.')).toEqual([
      'It took 0.4 s in core/names.ts, e.g. on a laptop.',
    ]);
  });

  it('goes on over the lines of a paragraph, and ends with it', () => {
    expect(textsOf('A line\nand another\n\nA second paragraph')).toEqual([
      'A line and another',
      'A second paragraph',
    ]);
  });

  it('counts each list item by itself, with its continuation lines', () => {
    const { sentences } = proseOf('These are:\n\n- the first\n  of them\n- the second\n1. the third\n');
    expect(sentences.map(({ words, line }) => [words, line])).toEqual([
      [2, 1],
      [4, 3],
      [2, 5],
      [2, 6],
    ]);
  });

  it('holds no code, diagram, heading, comment, picture or link target', () => {
    const page = [
      '# A heading of four words',
      '<!-- a comment\nover two lines -->',
      '```mermaid\nflowchart LR\n```',
      '![a picture of a cat](cat.jpg)',
      'See [the page](https://example.com/a.b.c?d=e) and `a b c`.',
    ].join('\n\n');
    expect(proseOf(page).sentences).toEqual([{ text: 'See the page and code.', words: 5, line: 12 }]);
  });

  it('counts words, not dashes, signs or single labels', () => {
    expect(proseOf('**Context.** A set – not a counter × 2.').sentences.map(({ words }) => words)).toEqual([
      6,
    ]);
  });

  it('keeps the cells of a table apart', () => {
    const { sentences, cells } = proseOf(
      '| Name | What it is |\n| --- | --- |\n| `x` | It is a \\| b. It is c. |\n',
    );
    expect(sentences).toEqual([]);
    expect(cells.map(({ text }) => text)).toEqual(['What it is', 'It is a \\| b.', 'It is c.']);
  });
});
