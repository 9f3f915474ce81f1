import { compileExpression, type Expression } from '../text/regular-expression.js';
import { AwkRuntimeError } from './awk-node.js';
import { inputValue, toNumber, toText, type AwkValue } from './awk-value.js';

/** Splits a text by a separator as FS means it: a blank is any run of white space, one character is itself. */
export function splitFields(text: string, separator: string): string[] {
  if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/);
  if (text === '') return [];
  if (separator === '') return [...text];
  if (separator === '\t' || (separator.length === 1 && !'.*+?^${}()|[]\\'.includes(separator)))
    return text.split(separator);
  if (separator.length === 1 && separator !== '\\') return text.split(separator);
  const expression = compileExpression(separator, { extended: true });
  return expression.ok ? splitByExpression(text, expression.value) : [text];
}

export function splitByExpression(text: string, expression: Expression): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let match = expression.find(text, 0); match; match = expression.find(text, from)) {
    if (match.end === match.start) break;
    pieces.push(text.slice(from, match.start));
    from = match.end;
  }
  return [...pieces, text.slice(from)];
}

const MOST_FIELDS = 1_000_000;

/** `$0` and its fields, each rebuilt from the other when it is asked for. */
export class AwkRecord {
  private text = '';
  private fields: AwkValue[] | undefined = [];
  private stale = false;

  constructor(
    private readonly separator: () => string,
    private readonly joiner: () => string,
    private readonly format: () => string,
  ) {}

  set(text: string): void {
    this.text = text;
    this.fields = undefined;
    this.stale = false;
  }

  private list(): AwkValue[] {
    this.fields ??= splitFields(this.text, this.separator()).map(inputValue);
    return this.fields;
  }

  get count(): number {
    return this.list().length;
  }

  setCount(count: number): void {
    if (count > MOST_FIELDS) throw new AwkRuntimeError('out of memory');
    const list = this.list();
    while (list.length < count) list.push('');
    list.length = Math.max(0, count);
    this.stale = true;
  }

  get(index: number): AwkValue {
    if (index > 0) return this.list()[index - 1];
    if (this.stale) {
      this.text = this.list()
        .map((field) => toText(field, this.format()))
        .join(this.joiner());
      this.stale = false;
    }
    return inputValue(this.text);
  }

  setField(index: number, value: AwkValue): void {
    if (index === 0) {
      this.set(toText(value, this.format()));
      return;
    }
    if (index > MOST_FIELDS) throw new AwkRuntimeError('out of memory');
    const list = this.list();
    while (list.length < index) list.push('');
    list[index - 1] = typeof value === 'number' ? value : inputValue(toText(value, this.format()));
    this.stale = true;
  }

  static index(value: AwkValue): number {
    const index = Math.trunc(toNumber(value));
    if (index < 0) throw new AwkRuntimeError(`negative field index $${String(index)}`);
    return index;
  }
}
