import type { Coroutine } from '@seatrial/kernel';
import { AwkEvaluator } from './awk-evaluator.js';
import { AwkRuntimeError, type AwkExpression, type AwkRule, type AwkStatement } from './awk-node.js';
import { ExitSignal, LoopSignal, NextSignal, ReturnSignal } from './awk-signals.js';
import { inputValue, toBoolean, toNumber, toText, type AwkValue } from './awk-value.js';

/** Runs a parsed program over its input. */
export class AwkInterpreter extends AwkEvaluator {
  private readonly ranges = new Set<AwkRule>();

  *run(): Coroutine<number> {
    try {
      yield* this.runRules('BEGIN');
      const readsInput = this.program.rules.some((rule) => rule.pattern !== 'BEGIN');
      if (readsInput) yield* this.runRecords();
    } catch (error) {
      if (error instanceof AwkRuntimeError) return yield* this.explain(error);
      if (!(error instanceof ExitSignal)) throw error;
      yield* this.streams.closeAll();
      return yield* this.finish(true);
    }
    return yield* this.finish(false);
  }

  private *explain({ message }: AwkRuntimeError): Coroutine<number> {
    yield* this.streams.closeAll();
    const place = ['FNR', 'NR'].map((name) => `${name}=${this.text(name)}`).join(' ');
    yield* this.tool.err(`awk: run time error: ${message}\n\tFILENAME="${this.text('FILENAME')}" ${place}\n`);
    return 2;
  }

  private *finish(exited: boolean): Coroutine<number> {
    try {
      if (!exited || this.program.rules.some((rule) => rule.pattern === 'END')) yield* this.runRules('END');
    } catch (error) {
      if (error instanceof AwkRuntimeError) return yield* this.explain(error);
      if (!(error instanceof ExitSignal)) throw error;
    }
    yield* this.streams.closeAll();
    return this.exitStatus;
  }

  private *runRules(which: 'BEGIN' | 'END'): Coroutine<void> {
    for (const rule of this.program.rules) if (rule.pattern === which && rule.body) yield* this.execute(rule.body);
  }

  private *runRecords(): Coroutine<void> {
    for (;;) {
      const line = yield* this.nextMainRecord();
      if (line === undefined) return;
      this.record.set(line);
      try {
        for (const rule of this.program.rules) yield* this.applyRule(rule);
      } catch (error) {
        if (!(error instanceof NextSignal)) throw error;
        if (error.file) this.main = undefined;
      }
    }
  }

  private *applyRule(rule: AwkRule): Coroutine<void> {
    if (rule.pattern === 'BEGIN' || rule.pattern === 'END') return;
    if (rule.pattern && !(yield* this.selects(rule, rule.pattern))) return;
    if (rule.body) yield* this.execute(rule.body);
    else yield* this.streams.out(this.toText(this.record.get(0)) + this.text('ORS'));
  }

  private *selects(rule: AwkRule, pattern: { from: AwkExpression; to?: AwkExpression }): Coroutine<boolean> {
    if (!pattern.to) return toBoolean(yield* this.evaluate(pattern.from));
    if (!this.ranges.has(rule)) {
      if (!toBoolean(yield* this.evaluate(pattern.from))) return false;
      this.ranges.add(rule);
    }
    if (toBoolean(yield* this.evaluate(pattern.to))) this.ranges.delete(rule);
    return true;
  }

  protected *execute(statement: AwkStatement): Coroutine<void> {
    this.tool.charge(1);
    switch (statement.type) {
      case 'block':
        for (const inner of statement.body) yield* this.execute(inner);
        return;
      case 'expression':
        yield* this.evaluate(statement.expression);
        return;
      case 'print':
      case 'printf':
        yield* this.print(statement);
        return;
      case 'if':
        if (toBoolean(yield* this.evaluate(statement.test))) yield* this.execute(statement.then);
        else if (statement.otherwise) yield* this.execute(statement.otherwise);
        return;
      case 'while':
        while (toBoolean(yield* this.evaluate(statement.test))) if (yield* this.loopBody(statement.body)) return;
        return;
      case 'do':
        do if (yield* this.loopBody(statement.body)) return;
        while (toBoolean(yield* this.evaluate(statement.test)));
        return;
      case 'for':
        if (statement.init) yield* this.execute(statement.init);
        while (!statement.test || toBoolean(yield* this.evaluate(statement.test))) {
          if (yield* this.loopBody(statement.body)) return;
          if (statement.step) yield* this.execute(statement.step);
        }
        return;
      case 'for-in':
        for (const key of [...this.array(statement.array).keys()]) {
          this.setVariable(statement.variable, inputValue(key));
          if (yield* this.loopBody(statement.body)) return;
        }
        return;
      case 'delete':
        if (statement.keys) this.array(statement.name).delete(yield* this.key(statement.keys));
        else this.array(statement.name).clear();
        return;
      default:
        yield* this.leave(statement);
    }
  }

  private *leave(statement: AwkStatement): Coroutine<void> {
    switch (statement.type) {
      case 'next':
      case 'nextfile':
        throw new NextSignal(statement.type === 'nextfile');
      case 'break':
      case 'continue':
        throw new LoopSignal(statement.type);
      case 'exit':
        if (statement.value) this.exitStatus = toNumber(yield* this.evaluate(statement.value)) & 255;
        throw new ExitSignal();
      case 'return':
        throw new ReturnSignal(statement.value ? yield* this.evaluate(statement.value) : undefined);
    }
  }

  /** True when the loop is left. */
  private *loopBody(body: AwkStatement): Coroutine<boolean> {
    try {
      yield* this.execute(body);
    } catch (error) {
      if (!(error instanceof LoopSignal)) throw error;
      return error.kind === 'break';
    }
    return false;
  }

  private *print(statement: Extract<AwkStatement, { type: 'print' | 'printf' }>): Coroutine<void> {
    const values: AwkValue[] = [];
    for (const arg of statement.args) values.push(yield* this.evaluate(arg));
    let text: string;
    if (statement.type === 'printf') text = this.format('printf', values);
    else {
      const shown = values.length === 0 ? [this.record.get(0)] : values;
      text = shown.map((value) => toText(value, this.text('OFMT'))).join(this.text('OFS')) + this.text('ORS');
    }
    if (!statement.redirect) yield* this.streams.out(text);
    else {
      const target = this.toText(yield* this.evaluate(statement.redirect.target));
      yield* this.streams.write(statement.redirect.operator, target, text);
    }
  }
}
