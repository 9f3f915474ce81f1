import {
  ATNDeserializer,
  BaseErrorListener,
  CharStream,
  CommonTokenStream,
  LexerInterpreter,
  ParserInterpreter,
  ParserRuleContext,
  TerminalNode,
  Vocabulary,
  type ATN,
  type ParseTree,
} from 'antlr4ng';
import { celGrammarJson } from '../../reference/cel-grammar.gen.js';
import type { CelProblem } from './expression.js';

/*
 * The words of a syntax error come from ANTLR's prediction and recovery over cel-go's grammar: expressions that do not
 * parse are run through its tables (`reference/kubernetes-1.35/cel-grammar.json`, cel-go v0.26 parser/gen, Apache 2.0).
 */

interface Tables {
  readonly literals: (string | null)[];
  readonly symbols: (string | null)[];
  readonly rules: string[];
  readonly channels?: string[];
  readonly modes?: string[];
  readonly atn: number[];
}

interface Machine extends Tables {
  readonly vocabulary: Vocabulary;
  readonly network: ATN;
}

const machine = (tables: Tables): Machine => ({
  ...tables,
  vocabulary: new Vocabulary(tables.literals, tables.symbols, []),
  network: new ATNDeserializer().deserialize(tables.atn),
});

let loaded: { readonly lexer: Machine; readonly parser: Machine } | undefined;

function machines(): { readonly lexer: Machine; readonly parser: Machine } {
  if (!loaded) {
    const { lexer, parser } = JSON.parse(celGrammarJson) as { readonly lexer: Tables; readonly parser: Tables };
    loaded = { lexer: machine(lexer), parser: machine(parser) };
  }
  return loaded;
}

/** Errors that cel-go recovers from before it gives up, and what it then says. */
const MAX_RECOVERIES = 30;

class TooManyErrors extends Error {}

class Listener extends BaseErrorListener {
  readonly problems: CelProblem[] = [];

  constructor(private readonly lines: readonly number[]) {
    super();
  }

  override syntaxError(...[, , line, column, message]: Parameters<BaseErrorListener['syntaxError']>): void {
    const offset = (this.lines[line - 1] ?? 0) + column;
    if (this.problems.length >= MAX_RECOVERIES * 2) throw new TooManyErrors();
    this.problems.push({ offset, message: `Syntax error: ${message}` });
  }
}

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** Names that may not be used, in what could be made of the expression. */
function reservedNames(tree: ParseTree, primary: number): CelProblem[] {
  if (!(tree instanceof ParserRuleContext)) return [];
  if (tree.ruleIndex === primary) {
    const name = tree.children.find((child) => child instanceof TerminalNode && RESERVED.has(child.getText()));
    const at = tree.start?.start;
    if (name) return [{ offset: at, message: `reserved identifier: ${name.getText()}` }];
  }
  return tree.children.flatMap((child) => reservedNames(child, primary));
}

/** Where each line starts; the stream counts code points, problems count UTF-16 units. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** What ANTLR says about an expression that does not parse. */
export function syntaxProblems(expression: string): readonly CelProblem[] {
  const { lexer: lexing, parser: parsing } = machines();
  const listener = new Listener(lineStarts(expression));
  const lexer = new LexerInterpreter(
    'CEL.g4',
    lexing.vocabulary,
    lexing.rules,
    lexing.channels ?? [],
    lexing.modes ?? [],
    lexing.network,
    CharStream.fromString(expression),
  );
  lexer.removeErrorListeners();
  lexer.addErrorListener(listener);
  const parser = new ParserInterpreter(
    'CEL.g4',
    parsing.vocabulary,
    parsing.rules,
    parsing.network,
    new CommonTokenStream(lexer),
  );
  parser.removeErrorListeners();
  parser.addErrorListener(listener);
  try {
    const tree = parser.parse(0);
    listener.problems.push(...reservedNames(tree, parsing.rules.indexOf('primary')));
  } catch (error) {
    if (!(error instanceof TooManyErrors)) throw error;
  }
  return listener.problems;
}
