/*
 * The syntax tree of a script. Offsets are into the text that was parsed, lines count from 1.
 */

/** One shell word before expansion. */
export interface WordNode {
  readonly parts: readonly WordPart[];
  /** The source as written. */
  readonly text: string;
  readonly line: number;
}

export type WordPart =
  /** Unquoted text: may hold globs, braces and a tilde; is split after expansion only through its neighbours. */
  | { readonly type: 'literal'; readonly text: string }
  /** Text whose quotes or backslash are removed. */
  | { readonly type: 'quoted'; readonly text: string }
  | { readonly type: 'double'; readonly parts: readonly WordPart[] }
  | ParameterPart
  | { readonly type: 'command'; readonly list: ListNode; readonly source: string }
  /** Old-style substitution; parsed when it is run, as bash does. */
  | { readonly type: 'backtick'; readonly source: string; readonly line: number }
  | { readonly type: 'arithmetic'; readonly parts: readonly WordPart[] }
  | { readonly type: 'process'; readonly direction: 'in' | 'out'; readonly list: ListNode }
  | { readonly type: 'extglob'; readonly operator: string; readonly parts: readonly WordPart[] };

/** `${name[subscript]<operator>operand<…>}`, `$name`. */
export interface ParameterPart {
  readonly type: 'parameter';
  readonly name: string;
  readonly subscript?: Subscript;
  /** `${!name}`. */
  readonly indirect?: boolean;
  /** `${#name}`. */
  readonly length?: boolean;
  /** `${!prefix*}` or `${!prefix@}`. */
  readonly prefixMatch?: '*' | '@';
  /** `-`, `:-`, `=`, `:=`, `?`, `:?`, `+`, `:+`, `#`, `##`, `%`, `%%`, `/`, `//`, `/#`, `/%`, `^`, `^^`, `,`, `,,`, `:`, `@`. */
  readonly operator?: string;
  readonly operand?: readonly WordPart[];
  /** The replacement of `/`, the length of `:`. */
  readonly secondOperand?: readonly WordPart[];
  /** Set when the text between the braces is no parameter expansion. */
  readonly bad?: boolean;
  readonly source: string;
}

export interface Subscript {
  readonly text: string;
  readonly parts: readonly WordPart[];
}

export interface AssignmentNode {
  /** The source as written. */
  readonly text: string;
  readonly name: string;
  readonly subscript?: Subscript;
  readonly append: boolean;
  readonly value: readonly WordPart[];
  readonly elements?: readonly ArrayElementNode[];
}

export interface ArrayElementNode {
  readonly subscript?: Subscript;
  readonly append?: boolean;
  readonly value: WordNode;
}

export type RedirectionOperator = '<' | '>' | '>>' | '>&' | '<&' | '<>' | '>|' | '&>' | '&>>' | '<<<' | '<<' | '<<-';

export interface RedirectionNode {
  readonly operator: RedirectionOperator;
  /** The descriptor before the operator, or the variable that takes a free one. */
  readonly descriptor?: number;
  readonly variable?: string;
  readonly target: WordNode;
  /** Body of a here-document, filled in when the parser reaches it. */
  body?: readonly WordPart[];
  /** The body of a here-document as written, and the word that ends it. */
  source?: string;
  delimiter?: string;
}

export interface SimpleCommandNode {
  readonly type: 'simple';
  readonly assignments: readonly AssignmentNode[];
  readonly words: readonly (WordNode & { readonly assignment?: AssignmentNode })[];
  readonly redirections: readonly RedirectionNode[];
  readonly line: number;
  readonly text: string;
}

interface Compound {
  readonly redirections: readonly RedirectionNode[];
  readonly line: number;
  readonly text: string;
}

export type CompoundNode =
  | ({ readonly type: 'group'; readonly body: ListNode } & Compound)
  | ({ readonly type: 'subshell'; readonly body: ListNode } & Compound)
  | ({
      readonly type: 'if';
      readonly clauses: readonly { readonly condition: ListNode; readonly body: ListNode }[];
      readonly otherwise?: ListNode;
    } & Compound)
  | ({
      readonly type: 'for' | 'select';
      readonly variable: string;
      readonly words?: readonly WordNode[];
      readonly body: ListNode;
    } & Compound)
  | ({
      readonly type: 'arithmetic-for';
      readonly expressions: readonly (readonly WordPart[])[];
      /** The expressions as written. */
      readonly sources: readonly string[];
      readonly body: ListNode;
    } & Compound)
  | ({
      readonly type: 'while';
      readonly until: boolean;
      readonly condition: ListNode;
      readonly body: ListNode;
    } & Compound)
  | ({ readonly type: 'case'; readonly word: WordNode; readonly items: readonly CaseItemNode[] } & Compound)
  | ({ readonly type: 'arithmetic'; readonly expression: readonly WordPart[]; readonly source: string } & Compound)
  | ({ readonly type: 'condition'; readonly expression: ConditionNode } & Compound);

export interface CaseItemNode {
  readonly patterns: readonly WordNode[];
  readonly body: ListNode;
  readonly terminator: ';;' | ';&' | ';;&';
}

/** Inside `[[ ]]`. */
export type ConditionNode =
  | { readonly type: 'word'; readonly word: WordNode }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: WordNode }
  | { readonly type: 'binary'; readonly operator: string; readonly left: WordNode; readonly right: WordNode }
  | { readonly type: 'not'; readonly operand: ConditionNode }
  | { readonly type: 'and' | 'or'; readonly left: ConditionNode; readonly right: ConditionNode };

export interface FunctionNode {
  readonly type: 'function';
  readonly name: string;
  readonly body: CompoundNode;
  readonly line: number;
  readonly text: string;
}

/** `coproc NAME command`; without a name `COPROC`. */
export interface CoprocessNode {
  readonly type: 'coproc';
  readonly name: string;
  readonly command: CommandNode;
  readonly line: number;
  readonly text: string;
}

export type CommandNode = SimpleCommandNode | CompoundNode | FunctionNode | CoprocessNode;

export interface PipelineNode {
  readonly commands: readonly CommandNode[];
  /** For each pipe, whether standard error goes along (`|&`). */
  readonly withStderr: readonly boolean[];
  readonly negated: boolean;
  /** `time`, or `time -p`, whose report is POSIX's. */
  readonly timed: boolean | 'posix';
  readonly line: number;
}

/** Pipelines joined by `&&` and `||`, run in the background when it ends in `&`. */
export interface AndOrNode {
  readonly first: PipelineNode;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: PipelineNode }[];
  readonly background: boolean;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly text: string;
}

export interface ListNode {
  readonly items: readonly AndOrNode[];
}
