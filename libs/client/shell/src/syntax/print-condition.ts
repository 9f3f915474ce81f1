import type { ConditionNode, WordNode } from './script-node.js';

/** Prints what stands in `[[ ]]` as bash stores it: a word alone is tested with `-n`. */
export class ConditionPrinter {
  constructor(private readonly word: (word: WordNode) => string) {}

  print(node: ConditionNode): string {
    switch (node.type) {
      case 'word':
        return `-n ${this.word(node.word)}`;
      case 'unary':
        return `${node.operator} ${this.word(node.operand)}`;
      case 'binary':
        return `${this.word(node.left)} ${node.operator} ${this.word(node.right)}`;
      case 'not':
        return `! ${this.grouped(node.operand, node.operand.type === 'and' || node.operand.type === 'or' || node.operand.type === 'binary')}`;
      case 'and':
        return `${this.grouped(node.left, node.left.type === 'or')} && ${this.grouped(node.right, node.right.type === 'or')}`;
      case 'or':
        return `${this.print(node.left)} || ${this.print(node.right)}`;
    }
  }

  private grouped(node: ConditionNode, inParentheses: boolean): string {
    return inParentheses ? `( ${this.print(node)} )` : this.print(node);
  }
}
