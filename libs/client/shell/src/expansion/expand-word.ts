import type { Coroutine } from '@seatrial/kernel';
import { runBacktick, runSubstitution } from '../evaluation/substitution.js';
import { openProcessSubstitution } from '../evaluation/process-substitution.js';
import type { Shell } from '../evaluation/shell.js';
import type { WordNode, WordPart } from '../syntax/script-node.js';
import { arithmeticValue } from './arithmetic-expansion.js';
import { TooManyWords, expandBraces } from './brace.js';
import { expandParameter } from './parameter-expansion.js';
import { expandPathname } from './pathname.js';
import { expandTilde } from './tilde.js';
import { FieldSink, PatternSink, TextSink, ExpressionSink, type Field, type WordSink } from './word-sink.js';

/** Puts the pieces of a word into a sink. */
export function* expandInto(
  shell: Shell,
  parts: readonly WordPart[],
  quoted: boolean,
  sink: WordSink,
): Coroutine<void> {
  for (const part of parts) yield* expandPart(shell, part, quoted, sink);
}

function* expandPart(shell: Shell, part: WordPart, quoted: boolean, sink: WordSink): Coroutine<void> {
  const put = (text: string): void => {
    if (quoted) sink.quoted(text);
    else sink.split(text);
  };
  switch (part.type) {
    case 'literal':
      if (quoted) sink.quoted(part.text);
      else sink.literal(part.text);
      return;
    case 'quoted':
      sink.quoted(part.text);
      return;
    case 'double':
      if (part.parts.length === 0) sink.quoted('');
      yield* expandInto(shell, part.parts, true, sink);
      return;
    case 'parameter':
      yield* expandParameter(shell, part, quoted, sink);
      return;
    case 'command':
      put(yield* runSubstitution(shell, part.list, part.source));
      return;
    case 'backtick':
      put(yield* runBacktick(shell, part.source, part.line));
      return;
    case 'arithmetic': {
      const text = new TextSink();
      yield* expandInto(shell, part.parts, true, text);
      put(String(yield* arithmeticValue(shell, text.value)));
      return;
    }
    case 'process':
      sink.quoted(yield* openProcessSubstitution(shell, part));
      return;
    case 'extglob':
      sink.literal(`${part.operator}(`);
      yield* expandInto(shell, part.parts, quoted, sink);
      sink.literal(')');
  }
}

/** A word that is nothing but ordinary characters expands to itself. */
function plainWord(word: WordNode): string | undefined {
  if (word.parts.length !== 1) return undefined;
  const [part] = word.parts;
  if (part.type === 'quoted') return part.text;
  return part.type === 'literal' && !/[*?[{~+@!]/.test(part.text) ? part.text : undefined;
}

/** All expansions, in order: braces, tilde, parameters and substitutions, splitting, pathnames. */
export function* expandWords(shell: Shell, words: readonly WordNode[]): Coroutine<string[]> {
  const result: string[] = [];
  for (const word of words) {
    shell.charge(1);
    const plain = plainWord(word);
    if (plain !== undefined) result.push(plain);
    else {
      const before = result.length;
      yield* expandWord(shell, word.parts, result);
      shell.charge(result.length - before);
    }
  }
  return result;
}

function bracedWords(shell: Shell, parts: readonly WordPart[]): ReturnType<typeof expandBraces> {
  try {
    return expandBraces(parts);
  } catch (error) {
    if (error instanceof TooManyWords) return shell.exceeded('outputBytes');
    throw error;
  }
}

function* expandWord(shell: Shell, parts: readonly WordPart[], result: string[]): Coroutine<void> {
  const words = shell.flavour === 'bash' && !shell.option('noglob') ? bracedWords(shell, parts) : [parts];
  for (const word of words) {
    const sink = new FieldSink(shell.fieldSeparators);
    yield* expandInto(shell, expandTilde(shell, word, false), false, sink);
    for (const field of sink.finish()) yield* pushField(shell, field, result);
  }
}

function* pushField(shell: Shell, field: Field, result: string[]): Coroutine<void> {
  if (field.pattern === undefined || shell.option('noglob')) {
    result.push(field.text);
    return;
  }
  const { shopt } = shell.state;
  const paths = expandPathname(shell.machine.files, field.pattern, {
    cwd: shell.state.cwd,
    extended: shopt.has('extglob'),
    dotglob: shopt.has('dotglob'),
    globstar: shopt.has('globstar'),
    ignoreCase: shopt.has('nocaseglob'),
    charge: (steps) => {
      shell.charge(steps);
    },
  });
  shell.charge(paths.length);
  if (paths.length > 0) for (const path of paths) result.push(path);
  else if (shopt.has('failglob')) yield* shell.discard(`no match: ${field.text}`);
  else if (!shopt.has('nullglob')) result.push(field.text);
}

/** One text, neither split nor matched against files. `assignment` also expands a tilde behind each colon. */
export function* expandText(shell: Shell, parts: readonly WordPart[], assignment = false): Coroutine<string> {
  if (
    parts.length === 1 &&
    (parts[0].type === 'quoted' || (parts[0].type === 'literal' && !parts[0].text.includes('~')))
  )
    return parts[0].text;
  const sink = new TextSink();
  yield* expandInto(shell, expandTilde(shell, parts, assignment), false, sink);
  return sink.value;
}

/** The body of a here-document, the operand of arithmetic: as between double quotes. */
export function* expandQuotedText(shell: Shell, parts: readonly WordPart[]): Coroutine<string> {
  const sink = new TextSink();
  yield* expandInto(shell, parts, true, sink);
  return sink.value;
}

/** A pattern for `case`, `[[ == ]]` and `${x#…}`. */
export function* expandPattern(shell: Shell, parts: readonly WordPart[]): Coroutine<string> {
  const sink = new PatternSink();
  yield* expandInto(shell, expandTilde(shell, parts, false), false, sink);
  return sink.value;
}

/** A regular expression for `[[ =~ ]]`. */
export function* expandExpression(shell: Shell, parts: readonly WordPart[]): Coroutine<string> {
  const sink = new ExpressionSink();
  yield* expandInto(shell, parts, false, sink);
  return sink.value;
}
