import { ConditionPrinter } from './print-condition.js';
import type {
  AndOrNode,
  AssignmentNode,
  CommandNode,
  CompoundNode,
  FunctionNode,
  ListNode,
  PipelineNode,
  RedirectionNode,
  SimpleCommandNode,
  WordNode,
} from './script-node.js';

const INDENT = 4;

/** A function as `declare -f` shows it (bash 5.2, print_cmd.c `named_function_string`). */
export function printFunction(node: FunctionNode): string {
  return new CommandPrinter().function(node, `${node.name} () \n`);
}

/** A list on its own, as bash keeps it of a command substitution. */
function printList(list: ListNode): string {
  const printer = new CommandPrinter();
  printer.list(list);
  return printer.finished();
}

/** A list of commands between `;`, as a job's line shows it (bash 5.2, print_cmd.c `make_command_string`). */
export function printAndOr(node: AndOrNode): string {
  const printer = new CommandPrinter();
  printer.andOr(node);
  return printer.finished();
}

/** Prints commands the way bash stores them: its rules for line ends, blanks and here-documents. */
class CommandPrinter {
  private text = '';
  private indentation = 0;
  /** Commands that go on in the line they stand in. */
  private skipped = 0;
  private functions = 0;
  /** Here-documents whose bodies come at the next line's end. */
  private waiting: RedirectionNode[] = [];
  private afterDocument = false;

  finished(): string {
    this.documents('');
    return this.text;
  }

  function(node: FunctionNode, head: string): string {
    const { body } = node;
    this.text += head;
    this.newLine('{ \n', false);
    this.functions++;
    this.indentation += INDENT;
    if (body.type === 'group') this.list(body.body);
    else this.command(body, false);
    this.documents('');
    this.indentation -= INDENT;
    this.functions--;
    const redirections = body.type === 'group' ? body.redirections : [];
    this.newLine('}');
    if (redirections.length > 0) this.redirections(redirections);
    return this.text;
  }

  private newLine(text: string, breaks = true): void {
    this.text += `${breaks ? '\n' : ''}${' '.repeat(this.indentation)}${text}`;
  }

  private semicolon(): void {
    if (!/[&\n]$/.test(this.text)) this.text += ';';
  }

  private indent(): void {
    if (this.skipped > 0) this.skipped--;
    else this.text += ' '.repeat(this.indentation);
  }

  /** Bodies of the here-documents so far, behind what joins this command to the next. */
  private documents(joiner: string): void {
    if (joiner !== '' && joiner !== ';') this.text += joiner;
    if (this.waiting.length === 0) return;
    this.text += '\n';
    for (const { source = '', delimiter = '' } of this.waiting) this.text += `${source}${delimiter}`;
    this.text += '\n';
    if (joiner !== '' && joiner !== ';') this.text += ' ';
    this.waiting = [];
    this.afterDocument = true;
  }

  /** The commands of a list, each on its own line within a function. */
  list(list: ListNode): void {
    for (const [index, item] of list.items.entries()) {
      this.andOr(item);
      const last = index === list.items.length - 1;
      if (item.background) {
        this.documents(' &');
        if (last) continue;
        this.text += ' ';
        this.skipped++;
      } else if (!last) this.separate();
    }
    this.documents('');
  }

  private separate(): void {
    if (this.waiting.length > 0) this.documents(this.functions > 0 ? '' : ';');
    else if (this.afterDocument) this.afterDocument = false;
    else this.text += ';';
    if (this.functions > 0) this.text += '\n';
    else {
      this.text += ' ';
      this.skipped++;
    }
  }

  andOr({ first, rest }: AndOrNode): void {
    this.pipeline(first);
    for (const { operator, pipeline } of rest) {
      this.documents(` ${operator} `);
      this.skipped++;
      this.pipeline(pipeline);
    }
  }

  private pipeline({ commands, withStderr, negated, timed }: PipelineNode): void {
    this.indent();
    this.skipped++;
    this.text += (timed ? (timed === 'posix' ? 'time -p ' : 'time ') : '') + (negated ? '! ' : '');
    for (const [index, command] of commands.entries()) {
      this.command(command, withStderr[index]);
      if (index === commands.length - 1) continue;
      this.documents(' |');
      this.text += ' ';
      this.skipped++;
    }
  }

  private command(command: CommandNode, withStderr: boolean): void {
    this.indent();
    if (command.type === 'function') {
      this.text += `function ${command.name} () \n`;
      this.function(command, '');
      return;
    }
    if (command.type === 'coproc') {
      this.text += `coproc ${command.name} `;
      this.skipped++;
      this.command(command.command, false);
    } else if (command.type === 'simple') this.simple(command);
    else {
      this.compound(command);
      if (command.redirections.length > 0) this.redirections(command.redirections);
    }
    if (withStderr) this.text += ' 2>&1';
  }

  private simple({ assignments, words, redirections }: SimpleCommandNode): void {
    const shown = [
      ...assignments.map((assignment) => this.assignment(assignment)),
      ...words.map((each) => (each.assignment ? this.assignment(each.assignment) : this.word(each))),
    ];
    this.text += shown.join(' ');
    if (redirections.length > 0) this.redirections(redirections, shown.length > 0);
  }

  private assignment({ text, name, subscript, append, value, elements }: AssignmentNode): string {
    if (!elements) return this.reprinted(text, value);
    const values = elements.map(({ subscript: at, value }) => (at ? `[${at.text}]=` : '') + this.word(value));
    return `${name}${subscript ? `[${subscript.text}]` : ''}${append ? '+' : ''}=(${values.join(' ')})`;
  }

  private word(word: WordNode): string {
    return this.reprinted(word.text, word.parts);
  }

  /** Command substitutions are kept as bash prints what it has parsed of them. */
  private reprinted(text: string, parts: WordNode['parts']): string {
    let result = text;
    for (const part of parts) {
      if (part.type === 'command') result = result.replace(`$(${part.source})`, () => `$(${printList(part.list)})`);
      else if (part.type === 'double') result = this.reprinted(result, part.parts);
    }
    return result;
  }

  private redirections(redirections: readonly RedirectionNode[], spaced = true): void {
    const shown = redirections.map((redirection) => this.redirection(redirection));
    this.text += (spaced ? ' ' : '') + shown.join(' ');
  }

  private redirection(node: RedirectionNode): string {
    const { operator, variable, descriptor } = node;
    const target = this.word(node.target);
    const named = variable === undefined ? undefined : `{${variable}}`;
    const given = named ?? (descriptor === undefined ? '' : String(descriptor));
    const input = operator.startsWith('<');
    const shown = given === (input ? '0' : '1') ? '' : given;
    if (operator === '<<' || operator === '<<-') {
      this.waiting.push(node);
      const quoted = /['"\\]/.test(node.target.text);
      return `${shown}${operator}${quoted ? `'${node.delimiter ?? ''}'` : (node.delimiter ?? '')}`;
    }
    if (operator === '>&' || operator === '<&') {
      const number = /^(?:\d+-?|-)$/.test(target);
      return `${number ? given || (input ? '0' : '1') : shown}${operator}${target}`;
    }
    return `${shown}${operator} ${target}`;
  }

  private compound(node: CompoundNode): void {
    switch (node.type) {
      case 'group': {
        this.group(node.body);
        return;
      }
      case 'subshell':
        this.text += '( ';
        this.skipped++;
        this.list(node.body);
        this.text += ' )';
        return;
      case 'if': {
        this.branches(node, 0);
        return;
      }
      case 'for':
      case 'select': {
        const words = node.words ? node.words.map((each) => this.word(each)).join(' ') : '"$@"';
        this.text += `${node.type} ${node.variable} in ${words};`;
        this.loop(node.body);
        return;
      }
      case 'arithmetic-for': {
        const parts = node.sources.map((source) => source.trim() || '1');
        this.text += `for ((${parts.join('; ')}))`;
        this.loop(node.body);
        return;
      }
      case 'while':
        this.text += node.until ? 'until ' : 'while ';
        this.skipped++;
        this.list(node.condition);
        this.semicolon();
        this.text += ' do\n';
        this.body(node.body);
        this.semicolon();
        {
          this.newLine('done');
          return;
        }
      case 'case': {
        this.cases(node);
        return;
      }
      case 'arithmetic':
        this.text += `((${node.source}))`;
        return;
      case 'condition':
        this.text += `[[ ${new ConditionPrinter((word) => this.word(word)).print(node.expression)} ]]`;
    }
  }

  private group(body: ListNode): void {
    this.text += '{ ';
    if (this.functions > 0) {
      this.text += '\n';
      this.body(body);
      this.newLine('}');
      return;
    }
    this.skipped++;
    this.list(body);
    this.semicolon();
    this.text += ' }';
  }

  /** A body, one step further in. */
  private body(list: ListNode): void {
    this.indentation += INDENT;
    this.list(list);
    this.indentation -= INDENT;
  }

  private loop(body: ListNode): void {
    this.newLine('do\n');
    this.body(body);
    this.semicolon();
    this.newLine('done');
  }

  /** `elif` is an `if` of its own behind `else`. */
  private branches(node: Extract<CompoundNode, { type: 'if' }>, index: number): void {
    const { condition, body } = node.clauses[index];
    this.text += 'if ';
    this.skipped++;
    this.list(condition);
    this.semicolon();
    this.text += ' then\n';
    this.body(body);
    const more = index + 1 < node.clauses.length;
    if (more || node.otherwise) {
      this.semicolon();
      this.newLine('else\n');
      this.indentation += INDENT;
      if (more) {
        this.indent();
        this.branches(node, index + 1);
      } else if (node.otherwise) this.list(node.otherwise);
      this.indentation -= INDENT;
    }
    this.semicolon();
    this.newLine('fi');
  }

  private cases({ word, items }: Extract<CompoundNode, { type: 'case' }>): void {
    this.text += `case ${this.word(word)} in `;
    this.indentation += INDENT;
    for (const { patterns, body, terminator } of items) {
      this.newLine(`${patterns.map((pattern) => this.word(pattern)).join(' | ')})\n`);
      this.body(body);
      this.newLine(terminator);
    }
    this.indentation -= INDENT;
    this.newLine('esac');
  }
}
