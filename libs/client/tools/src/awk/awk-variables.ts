import type { Tool } from '../tool/tool.js';
import { AwkRuntimeError, type AwkProgram } from './awk-node.js';
import { AwkRecord } from './awk-record.js';
import { AwkStreams } from './awk-streams.js';
import { formatAwk, toNumber, toText, type AwkValue } from './awk-value.js';

export type AwkArray = Map<string, AwkValue>;
/** What a name stands for: a value or an array. */
export type Cell = { value: AwkValue; array?: AwkArray };

/** A running program's variables, its record and its streams. */
export class AwkVariables {
  readonly globals = new Map<string, Cell>();
  protected frames: Map<string, Cell>[] = [];
  readonly record: AwkRecord;
  readonly streams: AwkStreams;

  constructor(
    readonly tool: Tool,
    protected readonly program: AwkProgram,
  ) {
    this.record = new AwkRecord(
      () => this.text('FS'),
      () => this.text('OFS'),
      () => this.text('CONVFMT'),
    );
    this.streams = new AwkStreams(tool);
    for (const [name, value] of Object.entries({
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      FNR: 0,
      SUBSEP: '\u001c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: '',
    }))
      this.globals.set(name, { value });
  }

  text(name: string): string {
    return toText(this.globals.get(name)?.value, '%.6g');
  }

  protected cell(name: string): Cell {
    const frame = this.frames.at(-1);
    const local = frame?.get(name);
    if (local) return local;
    let cell = this.globals.get(name);
    if (!cell) {
      cell = { value: undefined };
      this.globals.set(name, cell);
    }
    return cell;
  }

  array(name: string): AwkArray {
    const cell = this.cell(name);
    cell.array ??= new Map();
    return cell.array;
  }

  getVariable(name: string): AwkValue {
    return name === 'NF' && !this.frames.at(-1)?.has('NF') ? this.record.count : this.cell(name).value;
  }

  setVariable(name: string, value: AwkValue): void {
    if (name === 'NF') this.record.setCount(Math.trunc(toNumber(value)));
    else this.cell(name).value = value;
  }

  toText(value: AwkValue): string {
    return toText(value, this.text('CONVFMT'));
  }

  /** awk's sprintf; a format that wants more than it is given ends mawk. */
  format(name: string, values: readonly AwkValue[]): string {
    const format = this.toText(values[0]);
    const lenient = this.tool.machine.programs.has('busybox');
    const onMissing = (): never => {
      throw new AwkRuntimeError(`not enough arguments passed to ${name}("${format}")`);
    };
    return formatAwk(format, values.slice(1), this.text('CONVFMT'), lenient ? undefined : onMissing);
  }

  protected isArrayLike(name: string): boolean {
    const cell = this.cell(name);
    return cell.array !== undefined || (cell.value === undefined && name !== 'NF');
  }
}
