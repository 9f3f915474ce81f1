import { goQuote } from '@seatrial/kernel';

interface At {
  /** Offset in the template's text. */
  readonly position: number;
}
export type ArgumentNode =
  | (At & { readonly type: 'dot' })
  | (At & { readonly type: 'nil' })
  | (At & { readonly type: 'bool'; readonly value: boolean })
  | (At & { readonly type: 'number'; readonly text: string; readonly value: bigint | number })
  | (At & { readonly type: 'string'; readonly text: string; readonly value: string })
  | (At & { readonly type: 'field'; readonly path: readonly string[] })
  | (At & { readonly type: 'variable'; readonly name: string; readonly path: readonly string[] })
  | (At & { readonly type: 'identifier'; readonly name: string })
  | (At & { readonly type: 'chain'; readonly node: ArgumentNode; readonly path: readonly string[] })
  | PipeNode;
export interface CommandNode extends At {
  readonly type: 'command';
  readonly words: readonly ArgumentNode[];
}
export interface PipeNode extends At {
  readonly type: 'pipe';
  readonly variables: readonly string[];
  readonly assign: boolean;
  readonly commands: readonly CommandNode[];
}
export interface BranchNode extends At {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[] | undefined;
}
export type TemplateNode =
  | (At & { readonly type: 'text'; readonly text: string })
  | (At & { readonly type: 'action'; readonly pipe: PipeNode })
  | (At & { readonly type: 'template'; readonly name: string; readonly pipe: PipeNode | undefined })
  | (At & { readonly type: 'break' | 'continue' })
  | BranchNode;

/** One named template: its nodes, and the text they were parsed from (for places in errors). */
export interface TemplateTree {
  readonly name: string;
  /** The name of the text's template, which errors give as the place. */
  readonly source: string;
  readonly text: string;
  readonly nodes: readonly TemplateNode[];
}

const path = (names: readonly string[]): string => names.map((name) => `.${name}`).join('');

/** A node as its String method prints it, which errors quote. */
export function nodeText(node: ArgumentNode | CommandNode): string {
  switch (node.type) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
    case 'string':
      return node.text;
    case 'field':
      return path(node.path);
    case 'variable':
      return node.name + path(node.path);
    case 'identifier':
      return node.name;
    case 'chain':
      return (node.node.type === 'pipe' ? `(${nodeText(node.node)})` : nodeText(node.node)) + path(node.path);
    case 'command':
      return node.words.map((word) => (word.type === 'pipe' ? `(${nodeText(word)})` : nodeText(word))).join(' ');
    case 'pipe': {
      const declared = node.variables.length > 0 ? `${node.variables.join(', ')} ${node.assign ? '=' : ':='} ` : '';
      return declared + node.commands.map(nodeText).join(' | ');
    }
  }
}

/** A template call as it is quoted. */
export const templateCallText = (name: string, pipe: PipeNode | undefined): string =>
  `{{template ${goQuote(name)}${pipe ? ` ${nodeText(pipe)}` : ''}}}`;
