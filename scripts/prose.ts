/** The prose of one Markdown page, sentence by sentence. Code, diagrams, headings and link targets are no prose. */
export interface Prose {
  /** Sentences of paragraphs, list items and quotes. */
  sentences: Sentence[];
  /** Sentences in the cells of tables: short ones are no evidence of a readable page, so no median counts them. */
  cells: Sentence[];
}

export interface Sentence {
  text: string;
  words: number;
  /** Line of the page on which the paragraph, the list item or the row begins; the first is 1. */
  line: number;
}

interface Block {
  text: string;
  line: number;
}

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^\s*#{1,6} /;
const TABLE_ROW = /^\s*\|/;
const LIST_ITEM = /^\s*(?:[-*+]|\d+\.)\s+/;
const QUOTE = /^\s*>\s?/;

/** Words that end in a full stop in the middle of a sentence. */
const ABBREVIATIONS = /\b(?:e\.g|i\.e|vs|approx|No)\.$/;

/** Finds the prose of a page. */
export function proseOf(markdown: string): Prose {
  const { blocks, rows } = blocksOf(withoutComments(markdown));
  return {
    sentences: blocks.flatMap(sentencesOf),
    cells: rows.flatMap(({ text, line }) =>
      text
        .split(/(?<!\\)\|/)
        .map((cell) => ({ text: cell, line }))
        .flatMap(sentencesOf),
    ),
  };
}

function withoutComments(markdown: string): string {
  return markdown.replace(/<!--.*?-->/gs, (comment) => comment.replace(/[^\n]/g, ''));
}

function blocksOf(markdown: string): { blocks: Block[]; rows: Block[] } {
  const blocks: Block[] = [];
  const rows: Block[] = [];
  let current: Block | undefined;
  let isCode = false;
  for (const [index, source] of markdown.split('\n').entries()) {
    const line = index + 1;
    if (FENCE.test(source)) isCode = !isCode;
    if (isCode || FENCE.test(source) || HEADING.test(source) || source.trim() === '') {
      current = undefined;
    } else if (TABLE_ROW.test(source)) {
      current = undefined;
      rows.push({ text: source, line });
    } else if (current === undefined || LIST_ITEM.test(source)) {
      current = { text: source.replace(LIST_ITEM, '').replace(QUOTE, ''), line };
      blocks.push(current);
    } else {
      current.text += ` ${source.replace(QUOTE, '').trim()}`;
    }
  }
  return { blocks, rows };
}

function sentencesOf({ text, line }: Block): Sentence[] {
  return splitSentences(plainText(text)).flatMap((sentence) => {
    const words = countWords(sentence);
    // One word is a label, such as "Context.", or a number in a cell.
    return words < 2 ? [] : [{ text: sentence, words, line }];
  });
}

/** Inline code, whatever is in it, counts as one word; a link as its text. */
function plainText(markdown: string): string {
  return markdown
    .replace(/`+[^`]+`+/g, 'code')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, 'address')
    .replace(/[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const piece of text.split(/(?<=[.!?]["”')]*) /)) {
    open = open === '' ? piece : `${open} ${piece}`;
    if (ABBREVIATIONS.test(open)) continue;
    sentences.push(open);
    open = '';
  }
  return open === '' ? sentences : [...sentences, open];
}

function countWords(text: string): number {
  return text.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
