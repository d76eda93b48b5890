/** A fenced code block of a Markdown text. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Where the block begins in the document, counted from 1. */
  readonly line: number;
  /** The file that the block is the content of, when its first line is a comment with just a path. */
  readonly file: string | undefined;
}

const FENCE = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm;
const PATH_COMMENT = /^(?:\/\/|#|<!--) *([\w./-]+\.\w+) *(?:-->)?$/;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(({ 1: language = '', 2: text = '', index }) => ({
    language,
    text,
    line: markdown.slice(0, index).split('\n').length,
    file: PATH_COMMENT.exec(text.split('\n', 1)[0] ?? '')?.[1],
  }));
}
