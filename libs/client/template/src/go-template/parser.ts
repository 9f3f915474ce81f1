import { goQuote } from '@seatrial/kernel';
import type { Token } from './lexer.js';
import type { TemplateNode, TemplateTree } from './node.js';
import { MAX_DEPTH, PipelineParser } from './pipeline-parser.js';

interface ListEnd {
  readonly keyword: 'end' | 'else';
  readonly token: Token;
}

/** Parses a text: the template of that name first, then those it defines. Throws {@link TemplateProblem}. */
export function parseTemplate(name: string, text: string, isFunction: (name: string) => boolean): TemplateTree[] {
  return new Parser(name, text, isFunction).parse();
}

/** Parses a template's nodes. */
class Parser extends PipelineParser {
  private readonly defined: TemplateTree[] = [];
  private rangeDepth = 0;

  parse(): TemplateTree[] {
    const nodes: TemplateNode[] = [];
    while (this.peek().type !== 'eof') {
      const node = this.topLevel();
      if (node === 'define') this.define();
      else if ('keyword' in node) this.fail(`unexpected {{${node.keyword}}}`, node.token.position);
      else nodes.push(node);
    }
    return [{ name: this.name, source: this.name, text: this.text, nodes }, ...this.defined];
  }

  /** A node, or `define` when a definition starts here. */
  private topLevel(): TemplateNode | ListEnd | 'define' {
    if (this.peek().type === 'left') {
      const before = this.index;
      this.index++;
      const token = this.skipSpace();
      if (token.type === 'keyword' && token.text === 'define') {
        this.next();
        return 'define';
      }
      this.index = before;
    }
    return this.textOrAction();
  }

  private define(): void {
    const name = this.templateName('define clause');
    this.expect('right', 'define clause');
    const outer = this.variables;
    this.variables = ['$'];
    const { nodes, end } = this.itemList();
    if (end.keyword !== 'end') this.fail(`unexpected {{else}} in define clause`, end.token.position);
    this.variables = outer;
    this.add({ name, source: this.name, text: this.text, nodes });
  }

  /** Two definitions with content in one text are one too many. */
  private add(tree: TemplateTree): void {
    const isBlank = ({ nodes }: TemplateTree): boolean =>
      nodes.every((node) => node.type === 'text' && node.text.trim() === '');
    const known = this.defined.find(({ name }) => name === tree.name);
    if (known && !isBlank(known) && !isBlank(tree))
      this.fail(`template: multiple definition of template ${goQuote(tree.name)}`);
    this.defined.push(tree);
  }

  private templateName(context: string): string {
    const token = this.nextNonSpace();
    if (token.type !== 'string' && token.type !== 'raw-string') this.unexpectedIn(token, context);
    return this.unquote(token);
  }

  private itemList(): { readonly nodes: TemplateNode[]; readonly end: ListEnd } {
    if (++this.depth > MAX_DEPTH) this.fail('template is nested too deeply');
    const nodes: TemplateNode[] = [];
    while (this.peek().type !== 'eof') {
      const node = this.textOrAction();
      if ('keyword' in node) {
        this.depth--;
        return { nodes, end: node };
      }
      nodes.push(node);
    }
    this.fail('unexpected EOF');
  }

  private textOrAction(): TemplateNode | ListEnd {
    const token = this.nextNonSpace();
    if (token.type === 'text') return { type: 'text', position: token.position, text: token.text };
    if (token.type === 'left') return this.action();
    this.unexpectedIn(token, 'input');
  }

  private action(): TemplateNode | ListEnd {
    this.actionStart = this.peek().position;
    const token = this.skipSpace();
    const position = token.position;
    if (token.type !== 'keyword') {
      const pipe = this.pipeline('command', 'right');
      return { type: 'action', position, pipe };
    }
    this.next();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.branch(token.text, position);
      case 'template':
        return this.templateCall();
      case 'block':
        return this.block();
      case 'break':
      case 'continue':
        this.expect('right', `{{${token.text}}}`);
        if (this.rangeDepth === 0) this.fail(`{{${token.text}}} outside {{range}}`, position);
        return { type: token.text, position };
      case 'end':
        this.expect('right', 'end');
        return { keyword: 'end', token };
      case 'else':
        return this.elseClause(token);
      default:
        this.unexpectedIn(token, 'command');
    }
  }

  private elseClause(token: Token): ListEnd {
    const next = this.skipSpace();
    // `{{else if}}` and `{{else with}}` stay for the branch to read.
    if (next.type !== 'keyword' || (next.text !== 'if' && next.text !== 'with')) this.expect('right', 'else');
    return { keyword: 'else', token };
  }

  private branch(type: 'if' | 'with' | 'range', position: number): TemplateNode {
    const scope = this.variables.length;
    const pipe = this.pipeline(type, 'right');
    if (type === 'range') this.rangeDepth++;
    const { nodes: list, end } = this.itemList();
    if (type === 'range') this.rangeDepth--;
    let otherwise: TemplateNode[] | undefined;
    if (end.keyword === 'else') {
      const next = this.peek();
      if (next.type === 'keyword') {
        if (type === 'range' || next.text !== type) this.unexpectedIn(next, type);
        this.next();
        otherwise = [this.branch(next.text, next.position)];
      } else {
        const rest = this.itemList();
        if (rest.end.keyword !== 'end') this.fail('expected end; found {{else}}', rest.end.token.position);
        otherwise = rest.nodes;
      }
    }
    this.variables.length = scope;
    return { type, position, pipe, list, otherwise };
  }

  private templateCall(): TemplateNode {
    const position = this.skipSpace().position;
    const name = this.templateName('template clause');
    const right = this.skipSpace().type === 'right';
    if (right) this.next();
    return { type: 'template', position, name, pipe: right ? undefined : this.pipeline('template clause', 'right') };
  }

  private block(): TemplateNode {
    const position = this.skipSpace().position;
    const name = this.templateName('block clause');
    const pipe = this.pipeline('block clause', 'right');
    const outer = this.variables;
    this.variables = ['$'];
    const { nodes, end } = this.itemList();
    if (end.keyword !== 'end') this.fail('unexpected {{else}} in block clause', end.token.position);
    this.variables = outer;
    this.add({ name, source: this.name, text: this.text, nodes });
    return { type: 'template', position, name, pipe };
  }
}
