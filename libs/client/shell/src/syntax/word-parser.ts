import { parseDollar } from './dollar-parser.js';
import type { WordNode, WordPart } from './script-node.js';
import type { ScriptReader } from './script-reader.js';

const METACHARACTERS = new Set([' ', '\t', '\n', '|', '&', ';', '(', ')', '<', '>', '']);

/** How text is read: what quotes mean in it. */
export type WordContext =
  /** Ordinary words, and operands of unquoted expansions. */
  | 'plain'
  /** Between double quotes. */
  | 'double'
  /** Bodies of here-documents: like `double`, but a double quote is an ordinary character. */
  | 'here-document'
  /** Operand of an expansion that stands between double quotes (single quotes are ordinary). */
  | 'double-operand'
  /** Arithmetic: double quotes vanish. */
  | 'arithmetic';

export function isMetacharacter(char: string): boolean {
  return METACHARACTERS.has(char);
}

/** Collects parts, joining neighbouring text of the same kind. */
class PartList {
  readonly parts: WordPart[] = [];
  private text = '';

  literal(text: string): void {
    this.text += text;
  }

  private flush(): void {
    if (this.text !== '') this.parts.push({ type: 'literal', text: this.text });
    this.text = '';
  }

  push(part: WordPart): void {
    this.flush();
    const last = this.parts.at(-1);
    if (part.type === 'quoted' && last?.type === 'quoted')
      this.parts[this.parts.length - 1] = { type: 'quoted', text: last.text + part.text };
    else this.parts.push(part);
  }

  finish(): WordPart[] {
    this.flush();
    return this.parts;
  }
}

/** Reads parts until `stop` says so; the reader then stands on what stopped it. */
export function parseParts(reader: ScriptReader, context: WordContext, stop: (char: string) => boolean): WordPart[] {
  const list = new PartList();
  while (!reader.ended && !stop(reader.char)) {
    if (context === 'plain') parsePlain(reader, list);
    else parseQuoted(reader, list, context);
  }
  return list.finish();
}

/** Reads a whole text as parts. */
export function parseText(reader: ScriptReader, context: WordContext): WordPart[] {
  return parseParts(reader, context, () => false);
}

function parsePlain(reader: ScriptReader, list: PartList): void {
  const { char } = reader;
  if (char === '\\') {
    const next = reader.at(1);
    reader.pos += 2;
    if (next === '') list.literal('\\');
    else if (next !== '\n') list.push({ type: 'quoted', text: next });
  } else if (char === "'") list.push({ type: 'quoted', text: parseSingleQuoted(reader) });
  else if (char === '"') list.push(parseDoubleQuoted(reader));
  else if (char === '`') list.push(parseBackquoted(reader, false));
  else if (char === '$') parseDollarInto(reader, list, 'plain');
  else if ((char === '<' || char === '>') && reader.at(1) === '(') list.push(parseProcessSubstitution(reader));
  else if ('?*+@!'.includes(char) && reader.at(1) === '(' && (reader.options.extendedGlobs?.() ?? false))
    list.push(parseExtendedGlob(reader));
  else {
    list.literal(char);
    reader.pos++;
  }
}

const ESCAPABLE: Readonly<Record<WordContext, string>> = {
  plain: '',
  double: '$`"\\\n',
  'here-document': '$`\\\n',
  'double-operand': '$`"\\\n}',
  arithmetic: '$`"\\\n',
};

function parseQuoted(reader: ScriptReader, list: PartList, context: WordContext): void {
  const { char } = reader;
  if (char === '\\' && reader.at(1) !== '' && ESCAPABLE[context].includes(reader.at(1))) {
    if (reader.at(1) !== '\n') list.push({ type: 'quoted', text: reader.at(1) });
    reader.pos += 2;
  } else if (char === '"' && context === 'double-operand') list.push(parseDoubleQuoted(reader));
  else if (char === '"' && context === 'arithmetic') reader.pos++;
  else if (char === '`') list.push(parseBackquoted(reader, context !== 'here-document'));
  else if (char === '$') parseDollarInto(reader, list, context);
  else {
    list.literal(char);
    reader.pos++;
  }
}

function parseDollarInto(reader: ScriptReader, list: PartList, context: WordContext): void {
  const part = reader.nested(() => parseDollar(reader, context));
  if (part) list.push(part);
  else {
    list.literal('$');
    reader.pos++;
  }
}

function parseSingleQuoted(reader: ScriptReader): string {
  const end = reader.text.indexOf("'", reader.pos + 1);
  if (end < 0) reader.fail({ kind: 'unmatched', quote: "'" });
  const text = reader.text.slice(reader.pos + 1, end);
  reader.pos = end + 1;
  return text;
}

/** The reader stands on the opening quote. */
export function parseDoubleQuoted(reader: ScriptReader): WordPart {
  const start = reader.pos++;
  const parts = parseParts(reader, 'double', (char) => char === '"');
  if (reader.ended) reader.fail({ kind: 'unmatched', quote: '"' }, start);
  reader.pos++;
  return { type: 'double', parts };
}

function parseBackquoted(reader: ScriptReader, inDoubleQuotes: boolean): WordPart {
  const start = reader.pos++;
  let source = '';
  while (reader.char !== '`') {
    if (reader.ended) reader.fail({ kind: 'unmatched', quote: '`' }, start);
    const next = reader.at(1);
    if (reader.char === '\\' && (next === '`' || next === '\\' || next === '$' || (next === '"' && inDoubleQuotes))) {
      source += next;
      reader.pos += 2;
    } else source += reader.text[reader.pos++];
  }
  reader.pos++;
  return { type: 'backtick', source, line: reader.lineAt(start) };
}

function parseProcessSubstitution(reader: ScriptReader): WordPart {
  const direction = reader.char === '<' ? 'in' : 'out';
  reader.pos += 2;
  const list = reader.nested(() => reader.parseSubstitution(reader));
  return { type: 'process', direction, list };
}

function parseExtendedGlob(reader: ScriptReader): WordPart {
  const operator = reader.char;
  const start = reader.pos;
  reader.pos += 2;
  const parts = reader.nested(() => parseParts(reader, 'plain', (char) => char === ')'));
  if (reader.ended) reader.fail({ kind: 'unmatched', quote: ')' }, start);
  reader.pos++;
  return { type: 'extglob', operator, parts };
}

/** Reads one word; the reader stands on its first character. */
export function parseWord(reader: ScriptReader, stop: (char: string) => boolean = isMetacharacter): WordNode {
  const start = reader.pos;
  const line = reader.line;
  const parts = parseParts(reader, 'plain', (char) => stop(char) && !startsProcessSubstitution(reader));
  return { parts, text: reader.text.slice(start, reader.pos), line };
}

/** Whether the reader stands on `<(` or `>(`. */
export function startsProcessSubstitution(reader: ScriptReader): boolean {
  return (reader.char === '<' || reader.char === '>') && reader.at(1) === '(';
}
