import type { Coroutine, FileNode } from '@seatrial/kernel';
import { compilePattern, matchPattern } from '@seatrial/shell';
import { runToEnd } from '../system/run.commands.js';
import { compileExpression } from '../text/regular-expression.js';
import { errorText, type Tool } from '../tool/tool.js';
import { modeText, nodeSize } from './list-entry.js';

export interface Entry {
  readonly path: string;
  readonly name: string;
  readonly node: FileNode;
  readonly depth: number;
  pruned: boolean;
}

export type Test = (entry: Entry) => Coroutine<boolean>;

export class FindFailure extends Error {}

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
    if (this.index < this.words.length)
      throw new FindFailure(
        this.words[this.index] === ')'
          ? "you have too many ')'"
          : `paths must precede expression: \`${this.words[this.index]}'`,
      );
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
      return (value) =>
        text.startsWith('+')
          ? unit(value) > wanted
          : text.startsWith('-')
            ? unit(value) < wanted
            : unit(value) === wanted;
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
        return plain(({ node }) =>
          text.startsWith('-')
            ? (node.mode & bits) === bits
            : text.startsWith('/')
              ? (node.mode & bits) !== 0
              : node.mode === bits,
        );
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
      return (
        (yield* runToEnd(
          tool,
          argv.map((word) => word.replaceAll('{}', entry.path)),
        )) === 0
      );
    };
  }
}

function plain(test: (entry: Entry) => boolean): Test {
  return function* (entry) {
    return test(entry);
  };
}

/** `644`, `u+x,g=r`: the bits that a mode names. */
function permissionBits(mode: string): number | undefined {
  if (/^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8);
  let bits = 0;
  for (const clause of mode.split(',')) {
    const found = /^([ugoa]*)[+=]([rwx]+)$/.exec(clause);
    if (!found) return undefined;
    const who = found[1] === '' || found[1].includes('a') ? 'ugo' : found[1];
    for (const letter of found[2])
      for (const [index, group] of [...'ugo'].entries())
        if (who.includes(group)) bits |= ({ r: 4, w: 2, x: 1 }[letter] ?? 0) << (6 - 3 * index);
  }
  return bits;
}

const always: Test = plain(() => true);

function printf(format: string, entry: Entry): string {
  return format.replace(
    /%([pfhsmMuyd%])|\\([nt0\\])/g,
    (text, letter: string | undefined, escape: string | undefined) => {
      if (escape !== undefined) return { n: '\n', t: '\t', '0': '\0', '\\': '\\' }[escape] ?? text;
      const { path, name, node, depth } = entry;
      const values: Readonly<Record<string, string>> = {
        p: path,
        f: name,
        h: path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.',
        s: String(nodeSize(node)),
        m: node.mode.toString(8),
        M: modeText(node),
        u: node.owner,
        y: { file: 'f', directory: 'd', link: 'l', device: 'c' }[node.type],
        d: String(depth),
        '%': '%',
      };
      return values[letter ?? ''] ?? text;
    },
  );
}
