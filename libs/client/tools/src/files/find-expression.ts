import type { FileNode } from '@seatrial/kernel';
import { compilePattern, matchPattern } from '@seatrial/shell';
import { runToEnd } from '../system/run-to-end.js';
import { compileExpression } from '../text/regular-expression.js';
import { errorText, type Tool } from '../tool/tool.js';
import { FindFailure, always, permissionBits, plain, printf, type Entry, type Test } from './find-test.js';
import { modeText, nodeSize } from './list-entry.js';

const DAY_MS = 86_400_000;

/** Parses find's expression into one test. */
export class FindParser {
  private index = 0;
  maxDepth = Number.MAX_SAFE_INTEGER;
  minDepth = 0;
  depthFirst = false;
  /** Which symbolic links stand for what they lead to. */
  follows: 'none' | 'arguments' | 'all' = 'none';
  acts = false;
  readonly batches: { readonly argv: readonly string[]; readonly paths: string[] }[] = [];

  constructor(
    private readonly tool: Tool,
    private readonly words: readonly string[],
  ) {}

  parse(): Test {
    if (this.words.length === 0) return always;
    const test = this.parseOr();
    const left = this.words.at(this.index);
    if (left === ')') throw new FindFailure("you have too many ')'");
    if (left !== undefined) throw new FindFailure(`paths must precede expression: \`${left}'`);
    return test;
  }

  private accept(...words: string[]): boolean {
    if (!words.includes(this.words[this.index])) return false;
    this.index++;
    return true;
  }

  private parseOr(): Test {
    let left = this.parseAnd();
    while (this.accept('-o', '-or')) {
      const [first, second] = [left, this.parseAnd()];
      left = function* (entry) {
        return (yield* first(entry)) || (yield* second(entry));
      };
    }
    return left;
  }

  private parseAnd(): Test {
    let left = this.parseNot();
    while (this.index < this.words.length && !['-o', '-or', ')', ','].includes(this.words[this.index])) {
      this.accept('-a', '-and');
      const [first, second] = [left, this.parseNot()];
      left = function* (entry) {
        return (yield* first(entry)) && (yield* second(entry));
      };
    }
    return left;
  }

  private parseNot(): Test {
    if (this.accept('!', '-not')) {
      const inner = this.parseNot();
      return function* (entry) {
        return !(yield* inner(entry));
      };
    }
    if (this.accept('(')) {
      const inner = this.parseOr();
      if (!this.accept(')'))
        throw new FindFailure("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    return this.parsePrimary();
  }

  private argument(name: string): string {
    const word = this.words.at(this.index++);
    if (word === undefined) throw new FindFailure(`missing argument to \`${name}'`);
    return word;
  }

  private parsePrimary(): Test {
    const name = this.words[this.index++];
    const globTest = (pattern: string, of: (entry: Entry) => string, ignoreCase: boolean): Test => {
      const compiled = compilePattern(pattern, { ignoreCase });
      return plain((entry) => matchPattern(compiled, ignoreCase ? of(entry).toLowerCase() : of(entry)));
    };
    switch (name) {
      case '-name':
      case '-iname':
        return globTest(this.argument(name), (entry) => entry.name, name === '-iname');
      case '-path':
      case '-wholename':
      case '-ipath':
        return globTest(this.argument(name), (entry) => entry.path, name === '-ipath');
      case '-regex': {
        const compiled = compileExpression(this.argument(name), { extended: false, lines: true });
        return plain((entry) => compiled.ok && compiled.value.test(entry.path));
      }
      case '-type': {
        const letters = this.argument(name).split(',');
        const kinds: Readonly<Record<FileNode['type'], string>> = { file: 'f', directory: 'd', link: 'l', device: 'c' };
        const unknown = letters.find((letter) => !'bcdpflsD'.includes(letter));
        if (unknown !== undefined) throw new FindFailure(`Unknown argument to -type: ${unknown}`);
        return plain((entry) => letters.includes(kinds[entry.node.type]));
      }
      case '-empty':
        return plain(({ node }) =>
          node.type === 'file' ? node.content === '' : node.type === 'directory' && node.entries.size === 0,
        );
      case '-maxdepth':
        this.maxDepth = this.depthArgument(name);
        return always;
      case '-mindepth':
        this.minDepth = this.depthArgument(name);
        return always;
      case '-true':
        return always;
      case '-false':
        return plain(() => false);
      case '-depth':
        this.depthFirst = true;
        return always;
      case '-follow':
        this.follows = 'all';
        return always;
      case '-xdev':
      case '-mount':
      case '-noleaf':
        return always;
      default:
        return this.parseAttribute(name);
    }
  }

  private depthArgument(name: string): number {
    const text = this.argument(name);
    if (/^\d+$/.test(text)) return Number(text);
    const shown = this.tool.quote(text);
    throw new FindFailure(`Expected a positive decimal integer argument to ${name}, but got ${shown}`);
  }

  private parseAttribute(name: string): Test {
    const { tool } = this;
    const compare = (text: string, unit: (value: number) => number): ((value: number) => boolean) => {
      const wanted = Number(text.replace(/^[-+]/, ''));
      if (Number.isNaN(wanted)) throw new FindFailure(`invalid argument \`${text}' to \`${name}'`);
      return (value) => {
        if (text.startsWith('+')) return unit(value) > wanted;
        if (text.startsWith('-')) return unit(value) < wanted;
        return unit(value) === wanted;
      };
    };
    switch (name) {
      case '-size': {
        const text = this.argument(name);
        const units: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };
        const unit = units[text.at(-1) ?? 'b'] ?? 512;
        const matches = compare(text.replace(/[cwbkMG]$/, ''), (bytes) => Math.ceil(bytes / unit));
        return plain((entry) => matches(nodeSize(entry.node)));
      }
      case '-mtime':
      case '-mmin': {
        const unit = name === '-mtime' ? DAY_MS : 60_000;
        const matches = compare(this.argument(name), (ms) => Math.floor(ms / unit));
        return plain((entry) => matches(tool.machine.simulation.now() - entry.node.modifiedAt));
      }
      case '-newer': {
        const reference = this.argument(name);
        const node = tool.stat(reference);
        if (!node.ok) throw new FindFailure(`${tool.quote(reference)}: ${errorText(node.error)}`);
        return plain((entry) => entry.node.modifiedAt > node.value.modifiedAt);
      }
      case '-user':
      case '-group': {
        const wanted = this.argument(name);
        return plain(({ node }) => (name === '-user' ? node.owner : node.group) === wanted);
      }
      case '-perm': {
        const text = this.argument(name);
        const bits = permissionBits(text.replace(/^[-/]/, ''));
        if (bits === undefined) throw new FindFailure(`invalid mode ${tool.quote(text)}`);
        return plain(({ node: { mode } }) => {
          if (text.startsWith('-')) return (mode & bits) === bits;
          return text.startsWith('/') ? (mode & bits) !== 0 : mode === bits;
        });
      }
      default:
        return this.parseAction(name);
    }
  }

  private parseAction(name: string): Test {
    const { tool } = this;
    this.acts = true;
    switch (name) {
      case '-print':
      case '-print0':
        return function* (entry) {
          yield* tool.out(entry.path + (name === '-print' ? '\n' : '\0'));
          return true;
        };
      case '-ls':
        return function* ({ path, node }) {
          yield* tool.out(`${modeText(node)} ${node.owner} ${node.group} ${nodeSize(node)} ${path}\n`);
          return true;
        };
      case '-printf': {
        const format = this.argument(name);
        return function* (entry) {
          yield* tool.out(printf(format, entry));
          return true;
        };
      }
      case '-delete':
        this.depthFirst = true;
        return function* ({ path }) {
          const removed = tool.machine.files.remove(tool.path(path));
          if (!removed.ok) yield* tool.complain(`cannot delete ${tool.quote(path)}: ${errorText(removed.error)}`);
          return removed.ok;
        };
      case '-prune':
        this.acts = false;
        return plain((entry) => {
          entry.pruned = true;
          return true;
        });
      case '-quit':
        return plain(() => tool.exit(0));
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.parseExec(name);
      default:
        if (name.startsWith('-')) throw new FindFailure(`unknown predicate \`${name}'`);
        throw new FindFailure(`paths must precede expression: \`${name}'`);
    }
  }

  private parseExec(name: string): Test {
    const { tool } = this;
    const argv: string[] = [];
    for (;;) {
      const word = this.words.at(this.index++);
      if (word === undefined) throw new FindFailure(`missing argument to \`${name}'`);
      if (word === ';') break;
      if (word === '+' && argv.at(-1) === '{}') {
        const batch = { argv: argv.slice(0, -1), paths: [] as string[] };
        this.batches.push(batch);
        return plain((entry) => {
          batch.paths.push(entry.path);
          return true;
        });
      }
      argv.push(word);
    }
    return function* (entry) {
      const words = argv.map((word) => word.replaceAll('{}', entry.path));
      return (yield* runToEnd(tool, words)) === 0;
    };
  }
}
