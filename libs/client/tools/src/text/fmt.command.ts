import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram } from '../tool/tool.js';

const WIDTH = 75;
/** By how many percent a line is to stay below its width. */
const LEEWAY = 7;
const TAB = 8;

const square = (value: number): number => value * value;
const shortCost = (missing: number): number => square(missing * 10);
const raggedCost = (difference: number): number => Math.trunc(shortCost(difference) / 2);
const LINE_COST = square(70);
const SENTENCE_BONUS = square(50);
const NO_BREAK_COST = square(600);
const PAREN_BONUS = square(40);
const PUNCTUATION_BONUS = square(40);
const widowCost = (length: number): number => Math.trunc(square(200) / (length + 2));
const orphanCost = (length: number): number => Math.trunc(square(150) / (length + 2));

interface Word {
  readonly text: string;
  readonly length: number;
  /** Blanks behind it, in the middle of a line. */
  space: number;
  readonly paren: boolean;
  readonly punctuated: boolean;
  /** Ends in a period, and ends a sentence. */
  period: boolean;
  final: boolean;
}

interface Line {
  readonly indent: number;
  readonly words: readonly Word[];
}

interface Layout {
  readonly width: number;
  readonly goal: number;
}

function wordOf(text: string): Word {
  const end = text.length > 1 ? text.replace(/(?<=.)[)\]'"]+$/, '') : text;
  return {
    text,
    length: [...text].length,
    space: 1,
    paren: /^[(['`"]/.test(text),
    punctuated: /[!-/:-@[-`{-~]$/.test(text),
    period: /[.?!]$/.test(end),
    final: false,
  };
}

/** The column after blanks and tabs. */
function columnOf(blanks: string, from = 0): number {
  let column = from;
  for (const char of blanks) column = char === '\t' ? column - (column % TAB) + TAB : column + 1;
  return column;
}

function readWords(line: string, uniform: boolean): Line {
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? '';
  const indent = columnOf(blanks);
  const words: Word[] = [];
  let column = indent;
  for (const [, text, gap] of line.slice(blanks.length).matchAll(/([^ \t]+)([ \t]*)/g)) {
    const word = wordOf(text);
    const after = columnOf(gap, column + word.length);
    const space = after - column - word.length;
    word.final = word.period && space > 1;
    word.space = uniform ? (word.final ? 2 : 1) : space;
    column = after;
    words.push(word);
  }
  const last = words.at(-1);
  if (last) {
    last.final = last.period;
    last.space = last.final ? 2 : 1;
  }
  return { indent, words };
}

function baseCost(words: readonly Word[], at: number): number {
  let cost = LINE_COST;
  if (at > 0) {
    const before = words[at - 1];
    if (before.period) cost += before.final ? -SENTENCE_BONUS : NO_BREAK_COST;
    else if (before.punctuated) cost -= PUNCTUATION_BONUS;
    else if (at > 1 && words[at - 2].final) cost += widowCost(before.length);
  }
  if (words[at].paren) cost -= PAREN_BONUS;
  else if (words[at].final) cost += orphanCost(words[at].length);
  return cost;
}

/** Where lines begin so that they are as even as can be (coreutils 9.1, fmt.c `fmt_paragraph`). */
function breaks(
  words: readonly Word[],
  first: number,
  other: number,
  { width, goal }: Layout,
  charge: (steps: number) => void,
): number[] {
  const count = words.length;
  const best = new Array<number>(count + 1).fill(0);
  const next = new Array<number>(count + 1).fill(count);
  const lengths = new Array<number>(count + 1).fill(0);
  for (let start = count - 1; start >= 0; start--) {
    let least = Infinity;
    let length = (start === 0 ? first : other) + words[start].length;
    let at = start;
    do {
      charge(1);
      at++;
      let cost = best[at];
      if (at < count) {
        cost += shortCost(goal - length);
        if (next[at] < count) cost += raggedCost(length - lengths[at]);
      }
      if (cost < least) {
        least = cost;
        next[start] = at;
        lengths[start] = length;
      }
      if (at === count) break;
      length += words[at - 1].space + words[at].length;
    } while (length < width);
    best[start] = least + baseCost(words, start);
  }
  const starts = [0];
  for (let at = next[0]; at < count; at = next[at]) starts.push(at);
  return starts;
}

function indentation(columns: number, tabs: boolean): string {
  return tabs ? '\t'.repeat(Math.floor(columns / TAB)) + ' '.repeat(columns % TAB) : ' '.repeat(columns);
}

interface Style extends Layout {
  readonly split: boolean;
  readonly uniform: boolean;
  readonly crown: boolean;
  readonly tagged: boolean;
}

/** How far the lines after the first of a paragraph are set in. */
function otherIndent(style: Style, first: Line, second: Line | undefined): number {
  if (style.split || !second || second.words.length === 0) return first.indent;
  if (style.crown) return second.indent;
  return style.tagged ? second.indent : first.indent;
}

function format(text: string, style: Style, charge: (steps: number) => void): string {
  const lines = splitLines(text).map((line) => readWords(line, style.uniform));
  const tabs = text.includes('\t');
  let out = '';
  for (let at = 0; at < lines.length;) {
    const first = lines[at++];
    if (first.words.length === 0) {
      out += '\n';
      continue;
    }
    const words = [...first.words];
    const second = lines.at(at);
    const other = otherIndent(style, first, at < lines.length ? second : undefined);
    while (!style.split && at < lines.length && lines[at].words.length > 0 && lines[at].indent === other)
      words.push(...lines[at++].words);
    const last = words[words.length - 1];
    last.period = true;
    last.final = true;
    const starts = breaks(words, first.indent, other, style, charge);
    for (const [index, start] of starts.entries()) {
      const end = starts.at(index + 1) ?? words.length;
      const part = words.slice(start, index + 1 < starts.length ? end : words.length);
      const body = part
        .map((word, i) => (i < part.length - 1 ? word.text + ' '.repeat(word.space) : word.text))
        .join('');
      out += `${indentation(index === 0 ? first.indent : other, tabs)}${body}\n`;
    }
  }
  return out;
}

/** `fmt`: paragraphs filled to a width. */
export const fmt = defineCommand({
  name: 'fmt',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const old = /^-(\d+)$/.exec(tool.args[0] ?? '');
    const args = old ? ['-w', old[1], ...tool.args.slice(1)] : tool.args;
    const { flags, values, operands } = yield* tool.options(
      '-c --crown-margin, -s --split-only, -t --tagged-paragraph, -u --uniform-spacing, -w --width=, -g --goal=',
      { args },
    );
    const given = values.get('w')?.at(-1);
    const width = Number(given ?? WIDTH);
    if (!Number.isInteger(width) || width < 0 || width > 2500)
      return yield* tool.die(
        `invalid width: ${tool.quote(given ?? '')}${width > 2500 ? ': Numerical result out of range' : ''}`,
      );
    const goal = Number(values.get('g')?.at(-1) ?? Math.trunc((width * (2 * (100 - LEEWAY) + 1)) / 200));
    const style = {
      width,
      goal,
      split: flags.has('s'),
      uniform: flags.has('u'),
      crown: flags.has('c'),
      tagged: flags.has('t'),
    };
    let status = 0;
    for (const operand of operands.length > 0 ? operands : ['-']) {
      const text = yield* tool.read(operand);
      if (text.ok) yield* tool.out(format(text.value, style, (steps) => tool.charge(steps)));
      else {
        status = 1;
        yield* tool.complain(`cannot open '${operand}' for reading: ${errorText(text.error)}`);
      }
    }
    return status;
  }),
});
