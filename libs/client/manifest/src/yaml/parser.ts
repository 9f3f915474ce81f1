import { Scanner } from './scanner.js';
import type { Token, TokenType } from './token.js';
import { YamlProblem, parserProblem, type Mark } from './yaml-problem.js';

interface Placed {
  readonly line: number;
  /** The resolved tag, '' without one. */
  readonly tag: string;
}
export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: string;
  /** True when the text decides the type (a plain scalar without a tag). */
  readonly implicit: boolean;
}
export interface SequenceNode extends Placed {
  readonly kind: 'sequence';
  readonly items: YamlNode[];
}
export interface MappingNode extends Placed {
  readonly kind: 'mapping';
  readonly entries: [key: YamlNode, value: YamlNode][];
}
export interface AliasNode {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

const CORE_PREFIX = 'tag:yaml.org,2002:';

/**
 * The first document of a YAML text as a tree of nodes, or undefined for an empty stream. Problems, and the order in
 * which they are found, are those of goyaml v2 (its parser and node builder); later documents are not looked at.
 */
export function parseDocument(text: string): YamlNode | undefined {
  return new Parser(text).parse();
}

class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly tagHandles = new Map<string, string>();

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  parse(): YamlNode | undefined {
    this.scanner.skip();
    const first = this.scanner.peek();
    if (first.type === 'stream-end') return undefined;
    const directives = this.parseDirectives();
    if (this.scanner.peek().type === 'document-start') {
      this.scanner.skip();
      if (this.next('version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end'))
        return emptyScalar(this.scanner.peek().start);
    } else if (directives) throw parserProblem('did not find expected <document start>', this.scanner.peek().start);
    const node = this.parseNode(true, false);
    // The end of the document is read too, and with it what follows up to the next token.
    this.scanner.peek();
    return node;
  }

  private next(...types: TokenType[]): boolean {
    return types.includes(this.scanner.peek().type);
  }

  private parseDirectives(): boolean {
    let version = false;
    let any = false;
    for (let token = this.scanner.peek(); ; token = this.scanner.peek()) {
      if (token.type === 'version-directive') {
        if (version) throw parserProblem('found duplicate %YAML directive', token.start);
        if (token.value !== '1.1') throw parserProblem('found incompatible YAML document', token.start);
        version = true;
      } else if (token.type === 'tag-directive') {
        if (this.tagHandles.has(token.value)) throw parserProblem('found duplicate %TAG directive', token.start);
        this.tagHandles.set(token.value, token.suffix);
      } else break;
      any = true;
      this.scanner.skip();
    }
    if (!this.tagHandles.has('!')) this.tagHandles.set('!', '!');
    if (!this.tagHandles.has('!!')) this.tagHandles.set('!!', CORE_PREFIX);
    return any;
  }

  private parseNode(block: boolean, indentlessSequence: boolean): YamlNode {
    let token = this.scanner.peek();
    if (token.type === 'alias') {
      this.scanner.skip();
      const target = this.anchors.get(token.value);
      if (!target) throw new YamlProblem(`unknown anchor '${token.value}' referenced`);
      return { kind: 'alias', name: token.value, target };
    }
    const start = token.start;
    let anchor = '';
    let tag = '';
    let tagged: Token | undefined;
    for (let part = 0; part < 2; part++) {
      token = this.scanner.peek();
      if (token.type === 'anchor' && anchor === '') anchor = token.value;
      else if (token.type === 'tag' && !tagged) tagged = token;
      else break;
      this.scanner.skip();
    }
    if (tagged) tag = this.resolveTag(tagged, start);
    return this.parseContent(start, anchor, tag, block, indentlessSequence);
  }

  private resolveTag(token: Token, start: Mark): string {
    if (token.value === '') return token.suffix;
    const prefix = this.tagHandles.get(token.value);
    if (prefix === undefined) throw parserProblem('found undefined tag handle', token.start, start);
    return prefix + token.suffix;
  }

  private parseContent(start: Mark, anchor: string, tag: string, block: boolean, indentless: boolean): YamlNode {
    const token = this.scanner.peek();
    const line = start.line;
    const type = token.type;
    if (indentless && type === 'block-entry') {
      const node: SequenceNode = { kind: 'sequence', line, tag, items: [] };
      this.remember(anchor, node);
      this.parseIndentlessSequence(node);
      return node;
    }
    if (type === 'scalar') {
      this.scanner.skip();
      const implicit = (tag === '' && token.plain) || tag === '!';
      return this.remember(anchor, { kind: 'scalar', line, tag, value: token.value, implicit });
    }
    if (type === 'flow-sequence-start' || (block && type === 'block-sequence-start')) {
      const node: SequenceNode = { kind: 'sequence', line, tag, items: [] };
      this.remember(anchor, node);
      this.scanner.skip();
      if (type === 'flow-sequence-start') this.parseFlowSequence(node, token.start);
      else this.parseBlockSequence(node, token.start);
      return node;
    }
    if (type === 'flow-mapping-start' || (block && type === 'block-mapping-start')) {
      const node: MappingNode = { kind: 'mapping', line, tag, entries: [] };
      this.remember(anchor, node);
      this.scanner.skip();
      if (type === 'flow-mapping-start') this.parseFlowMapping(node, token.start);
      else this.parseBlockMapping(node, token.start);
      return node;
    }
    if (anchor !== '' || tag !== '')
      return this.remember(anchor, { kind: 'scalar', line, tag, value: '', implicit: tag === '' });
    throw parserProblem('did not find expected node content', token.start, start);
  }

  private remember(anchor: string, node: YamlNode): YamlNode {
    if (anchor !== '') this.anchors.set(anchor, node);
    return node;
  }

  private parseBlockSequence(node: SequenceNode, start: Mark): void {
    for (;;) {
      const token = this.scanner.peek();
      if (token.type !== 'block-entry' && token.type !== 'block-end')
        throw parserProblem("did not find expected '-' indicator", token.start, start);
      this.scanner.skip();
      if (token.type === 'block-end') return;
      node.items.push(this.next('block-entry', 'block-end') ? emptyScalar(token.end) : this.parseNode(true, false));
    }
  }

  private parseIndentlessSequence(node: SequenceNode): void {
    for (let token = this.scanner.peek(); token.type === 'block-entry'; token = this.scanner.peek()) {
      this.scanner.skip();
      const empty = this.next('block-entry', 'key', 'value', 'block-end');
      node.items.push(empty ? emptyScalar(token.end) : this.parseNode(true, false));
    }
  }

  private parseBlockMapping(node: MappingNode, start: Mark): void {
    for (;;) {
      const token = this.scanner.peek();
      if (token.type === 'block-end') {
        this.scanner.skip();
        return;
      }
      if (token.type !== 'key') throw parserProblem('did not find expected key', token.start, start);
      this.scanner.skip();
      const key = this.next('key', 'value', 'block-end') ? emptyScalar(token.end) : this.parseNode(true, true);
      const indicator = this.scanner.peek();
      let value = emptyScalar(indicator.start);
      if (indicator.type === 'value') {
        this.scanner.skip();
        value = this.next('key', 'value', 'block-end') ? emptyScalar(indicator.end) : this.parseNode(true, true);
      }
      node.entries.push([key, value]);
    }
  }

  private parseFlowSequence(node: SequenceNode, start: Mark): void {
    for (let first = true; ; first = false) {
      if (this.flowEnds('flow-sequence-end', "did not find expected ',' or ']'", first, start)) return;
      const token = this.scanner.peek();
      if (token.type === 'key') {
        this.scanner.skip();
        node.items.push(this.parseFlowPair(token.start));
      } else node.items.push(this.parseNode(false, false));
    }
  }

  /** `[a: b]`: a mapping of one entry. */
  private parseFlowPair(start: Mark): YamlNode {
    let key: YamlNode;
    if (this.next('value', 'flow-entry', 'flow-sequence-end')) {
      key = emptyScalar(this.scanner.peek().end);
      this.scanner.skip();
    } else key = this.parseNode(false, false);
    return { kind: 'mapping', line: start.line, tag: '', entries: [[key, this.parseFlowValue('flow-sequence-end')]] };
  }

  private parseFlowMapping(node: MappingNode, start: Mark): void {
    for (let first = true; ; first = false) {
      if (this.flowEnds('flow-mapping-end', "did not find expected ',' or '}'", first, start)) return;
      if (this.scanner.peek().type === 'key') {
        this.scanner.skip();
        const empty = this.next('value', 'flow-entry', 'flow-mapping-end');
        const key = empty ? emptyScalar(this.scanner.peek().start) : this.parseNode(false, false);
        node.entries.push([key, this.parseFlowValue('flow-mapping-end')]);
      } else {
        const key = this.parseNode(false, false);
        node.entries.push([key, emptyScalar(this.scanner.peek().start)]);
      }
    }
  }

  private parseFlowValue(end: TokenType): YamlNode {
    if (this.scanner.peek().type === 'value') {
      this.scanner.skip();
      if (!this.next('flow-entry', end)) return this.parseNode(false, false);
    }
    return emptyScalar(this.scanner.peek().start);
  }

  /** Passes the comma between entries; true at the end of the collection, also after a last comma. */
  private flowEnds(end: TokenType, problem: string, first: boolean, start: Mark): boolean {
    if (!first && !this.next(end)) {
      const token = this.scanner.peek();
      if (token.type !== 'flow-entry') throw parserProblem(problem, token.start, start);
      this.scanner.skip();
    }
    if (!this.next(end)) return false;
    this.scanner.skip();
    return true;
  }
}

function emptyScalar(mark: Mark): YamlNode {
  return { kind: 'scalar', line: mark.line, tag: '', value: '', implicit: true };
}
