import type { Coroutine } from '@seatrial/kernel';
import { compileExpression, type Expression } from '../text/regular-expression.js';
import { errorText } from '../tool/tool.js';
import { ExitSignal } from './awk-signals.js';
import type { LineSource } from './awk-streams.js';
import { inputValue, toNumber } from './awk-value.js';
import { AwkVariables } from './awk-variables.js';

/** Reads records: of the files in ARGV, or of standard input. */
export class AwkInput extends AwkVariables {
  protected exitStatus = 0;
  protected main: LineSource | undefined;
  protected fileIndex = 1;

  /** The next record of the files of ARGV (assignments among them take effect), or of standard input. */
  protected *nextMainRecord(): Coroutine<string | undefined> {
    for (;;) {
      if (!this.main && !(yield* this.openNext())) return undefined;
      const line = this.main && (yield* this.readRecord(this.main));
      if (line !== undefined) {
        this.globals.set('NR', { value: toNumber(this.globals.get('NR')?.value) + 1 });
        this.globals.set('FNR', { value: toNumber(this.globals.get('FNR')?.value) + 1 });
        return line;
      }
      this.main = undefined;
    }
  }

  protected usedStdin = false;

  protected *openNext(): Coroutine<boolean> {
    const argv = this.array('ARGV');
    const count = toNumber(this.globals.get('ARGC')?.value);
    while (this.fileIndex < count) {
      const operand = this.toText(argv.get(String(this.fileIndex++)));
      const assignment = /^([A-Za-z_]\w*)=([^]*)$/.exec(operand);
      if (operand === '') continue;
      if (assignment) {
        this.setVariable(assignment[1], inputValue(assignment[2]));
        continue;
      }
      this.usedStdin = true;
      this.setVariable('FILENAME', operand);
      this.setVariable('FNR', 0);
      if (operand === '-') {
        this.main = this.stdin();
        return true;
      }
      const content = this.tool.readFile(operand);
      if (!content.ok) {
        yield* this.tool.complain(
          this.tool.isBusybox
            ? `${operand}: ${errorText(content.error)}`
            : `cannot open ${operand} (${errorText(content.error)})`,
        );
        this.exitStatus = this.tool.isBusybox ? 1 : 2;
        throw new ExitSignal();
      }
      this.main = { rest: content.value, more: none };
      return true;
    }
    if (this.usedStdin) return false;
    this.usedStdin = true;
    this.main = this.stdin();
    return true;
  }

  protected stdin(): LineSource {
    const { stdin } = this.tool.process;
    return { rest: '', more: () => stdin.read() };
  }

  *readRecord(source: LineSource): Coroutine<string | undefined> {
    const separator = this.text('RS');
    this.tool.charge(1);
    for (;;) {
      const found = this.findEnd(source.rest, separator);
      if (found) {
        const line = source.rest.slice(0, found[0]);
        source.rest = source.rest.slice(found[1]);
        return line;
      }
      const piece = yield* source.more();
      if (piece === undefined) break;
      source.rest += piece;
    }
    if (source.rest === '') return undefined;
    const line = source.rest;
    source.rest = '';
    const stripped = separator === '' ? line.replace(/\n+$/, '') : line;
    return stripped === '' && separator === '' ? undefined : stripped;
  }

  protected findEnd(text: string, separator: string): [number, number] | undefined {
    if (separator === '') {
      const found = /\n\n+/.exec(text.replace(/^\n+/, (run) => ' '.repeat(run.length)));
      return found ? [found.index, found.index + found[0].length] : undefined;
    }
    if (separator.length === 1) {
      const end = text.indexOf(separator);
      return end < 0 ? undefined : [end, end + 1];
    }
    const match = this.expression(separator).find(text);
    return match && match.end > match.start ? [match.start, match.end] : undefined;
  }

  expression(source: string): Expression {
    const compiled = compileExpression(source, { extended: true });
    if (compiled.ok) return compiled.value;
    const literal = compileExpression(source, { extended: true, fixed: true });
    if (literal.ok) return literal.value;
    throw new ExitSignal();
  }
}

function* none(): Coroutine<undefined> {
  return undefined;
}
