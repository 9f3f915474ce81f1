import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import type { JqMachine } from './jq-evaluator.js';
import { openJqMachine, prelude } from './open-jq-machine.js';
import { type JqScope } from './jq-stream.js';
import { textOf } from './jq-format.js';
import { JqReader, parseJsonText } from './jq-json.js';
import { JqHalt } from './jq-filters.js';
import { NATIVES } from './jq-natives.js';
import { JqError, JqSyntaxError, type JqNode } from './jq-node.js';
import { parseJq } from './jq-parser.js';
import { undefinedNames } from './jq-check.js';
import { COMPACT, isTruthy, jsonText, spendForText, type JsonStyle } from './jq-value.js';

interface Arguments {
  filter: string | undefined;
  readonly files: string[];
  readonly flags: Set<string>;
  indent: string;
  readonly named: Record<string, unknown>;
  readonly positional: unknown[];
  fromFile?: string;
}

const SHORT = new Set(['n', 'r', 'j', 'c', 'C', 'M', 'S', 's', 'e', 'R', 'a', 'h']);
const LONG: Readonly<Record<string, string>> = { 'null-input': 'n', 'raw-output': 'r', 'join-output': 'j', 'compact-output': 'c', 'color-output': 'C', 'monochrome-output': 'M', 'sort-keys': 'S', slurp: 's', 'exit-status': 'e', 'raw-input': 'R', 'ascii-output': 'a', tab: 'tab', stream: 'stream', seq: 'seq', unbuffered: 'unbuffered', help: 'h', version: 'version' }; // prettier-ignore

/** jq's own way of reading arguments. */
/** What jq's usage calls the second word behind an option. */
const NAMED_VALUES = { '--arg': 'value', '--argjson': 'text', '--slurpfile': 'filename', '--rawfile': 'filename' };

function* readArguments(tool: Tool): Coroutine<Arguments> {
  const { args } = tool;
  const parsed: Arguments = { filter: undefined, files: [], flags: new Set(), indent: '  ', named: {}, positional: [] };
  let rest: 'files' | 'args' | 'jsonargs' = 'files';
  let options = true;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (!options || !arg.startsWith('-') || arg === '-') {
      if (parsed.filter === undefined && parsed.fromFile === undefined) parsed.filter = arg;
      else if (rest === 'files') parsed.files.push(arg);
      else parsed.positional.push(rest === 'args' ? arg : yield* jsonArgument(tool, arg, '--jsonargs'));
    } else if (arg === '--') options = false;
    else if (arg === '--args' || arg === '--jsonargs') rest = arg === '--args' ? 'args' : 'jsonargs';
    else if (arg === '--arg' || arg === '--argjson' || arg === '--slurpfile' || arg === '--rawfile') {
      const [name, value] = [args.at(i + 1), args.at(i + 2)];
      if (i + 2 >= args.length || name === undefined || value === undefined)
        return yield* usageError(tool, `${arg} takes two parameters (e.g. ${arg} varname ${NAMED_VALUES[arg]})`);
      parsed.named[name] = yield* namedValue(tool, arg, name, value);
      i += 2;
    } else if (arg === '--indent') {
      parsed.indent = ' '.repeat(Number(args[++i] ?? 2));
      if (parsed.indent === '') parsed.flags.add('c');
    } else if (arg === '-f' || arg === '--from-file') {
      parsed.fromFile = args[++i];
      if (parsed.filter !== undefined) parsed.files.unshift(parsed.filter);
      parsed.filter = undefined;
    } else if (arg === '-L') i++;
    else if (arg.startsWith('--')) {
      const flag = LONG[arg.slice(2)];
      if (flag === undefined) return yield* unknownOption(tool, arg);
      parsed.flags.add(flag);
    } else
      for (const letter of arg.slice(1)) {
        if (letter === 'f') {
          parsed.fromFile = args[++i];
          continue;
        }
        if (!SHORT.has(letter)) return yield* unknownOption(tool, arg);
        parsed.flags.add(letter);
      }
  }
  return parsed;
}

function* unknownOption(tool: Tool, option: string): Coroutine<never> {
  yield* tool.err(
    `jq: Unknown option ${option}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n`,
  );
  return tool.exit(2);
}

function* usageError(tool: Tool, text: string): Coroutine<never> {
  yield* tool.err(
    `jq: error: ${text}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n`,
  );
  return tool.exit(2);
}

function* jsonArgument(tool: Tool, text: string, option: string): Coroutine<unknown> {
  const value = parseJsonText(text);
  if (value.ok) return value.value;
  return yield* usageError(tool, `Invalid JSON text passed to ${option}`);
}

function* namedValue(tool: Tool, option: string, name: string, text: string): Coroutine<unknown> {
  if (option === '--arg') return text;
  if (option === '--argjson') return yield* jsonArgument(tool, text, '--argjson');
  const content = tool.readFile(text);
  if (!content.ok) {
    yield* tool.err(
      `jq: error: Bad JSON in --${option.slice(2)} ${name} ${text}: Could not open ${text}: ${errorText(content.error)}\n`,
    );
    return tool.exit(2);
  }
  if (option === '--rawfile') return content.value;
  const reader = new JqReader(content.value);
  const values: unknown[] = [];
  for (let next = reader.next(); next.ok && next.value; next = reader.next()) values.push(next.value.value);
  return values;
}

function* compile(tool: Tool, source: string, scope: JqScope): Coroutine<JqNode> {
  try {
    const node = parseJq(source);
    const problems = undefinedNames(node, source, scope, [...NATIVES.keys(), ...prelude().keys()]);
    if (problems.length === 0) return node;
    yield* tool.err(
      `${problems.map((text) => `jq: error: ${text}\n`).join('')}jq: ${problems.length} compile error${problems.length > 1 ? 's' : ''}\n`,
    );
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    const messages = error.messages;
    const count = `${messages.length} compile error${messages.length > 1 ? 's' : ''}`;
    yield* tool.err(`${messages.map((text) => `jq: error: ${text}\n`).join('')}jq: ${count}\n`);
  }
  return tool.exit(3);
}

/** Inputs of a run: values, whole texts or lines, as the options ask. */
class Inputs {
  line = 0;
  status = 0;
  problem: string | undefined;
  started = false;
  private readonly reader: JqReader;
  private readonly lines: string[] | undefined;
  private index = 0;

  constructor(
    text: string,
    private readonly flags: ReadonlySet<string>,
    readonly place: string,
  ) {
    this.reader = new JqReader(text);
    if (flags.has('R')) {
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      this.lines = flags.has('s') ? [text] : lines;
    }
  }

  next(): { value: unknown } | undefined {
    this.started = true;
    if (this.lines) {
      if (this.index >= this.lines.length) return undefined;
      this.line = this.index + 1;
      return { value: this.lines[this.index++] };
    }
    if (this.flags.has('s')) return this.slurp();
    const next = this.reader.next();
    if (!next.ok) {
      this.problem = next.error;
      return undefined;
    }
    if (next.value) this.line = next.value.line;
    return next.value;
  }

  private slurped = false;

  private slurp(): { value: unknown } | undefined {
    if (this.slurped) return undefined;
    this.slurped = true;
    const values: unknown[] = [];
    for (let next = this.reader.next(); ; next = this.reader.next()) {
      if (!next.ok) {
        this.problem = next.error;
        return undefined;
      }
      if (!next.value) return { value: values };
      this.line = next.value.line;
      values.push(next.value.value);
    }
  }
}

function* readInputs(tool: Tool, parsed: Arguments): Coroutine<Inputs> {
  let text = '';
  let status = 0;
  if (parsed.files.length === 0 && !(parsed.flags.has('n') && tool.process.stdin.isTerminal))
    text = yield* tool.readStdin();
  for (const file of parsed.files) {
    const content = tool.readFile(file);
    if (content.ok) text += content.value;
    else {
      status = 2;
      yield* tool.err(`jq: error: Could not open file ${file}: ${errorText(content.error)}\n`);
    }
  }
  const inputs = new Inputs(text, parsed.flags, parsed.files.at(-1) ?? '<stdin>');
  inputs.status = status;
  return inputs;
}

function* runJq(tool: Tool): Coroutine<number> {
  const parsed = yield* readArguments(tool);
  if (parsed.flags.has('version')) {
    yield* tool.out('jq-1.6\n');
    return 0;
  }
  if (parsed.fromFile !== undefined) {
    const text = tool.readFile(parsed.fromFile);
    if (!text.ok) {
      yield* tool.err(`jq: error: Could not open ${parsed.fromFile}: ${errorText(text.error)}\n`);
      return 2;
    }
    parsed.filter = text.value;
  }
  // Without a filter and away from a terminal jq 1.6 takes `.`.
  parsed.filter ??= '.';
  const { named, positional } = parsed;
  let scope: JqScope = { variable: ['__prog_args', positional] };
  scope = { parent: scope, variable: ['named', named] };
  for (const [name, value] of Object.entries(named)) scope = { parent: scope, variable: [name, value] };
  scope = { parent: scope, variable: ['ARGS', { positional, named }] };
  const node = yield* compile(tool, parsed.filter, scope);
  const inputs = yield* readInputs(tool, parsed);
  return yield* evaluateAll(tool, parsed, node, scope, inputs);
}

function* evaluateAll(tool: Tool, parsed: Arguments, node: JqNode, scope: JqScope, inputs: Inputs): Coroutine<number> {
  const style: JsonStyle = {
    indent: parsed.flags.has('c') ? '' : parsed.flags.has('tab') ? '\t' : parsed.indent,
    sortKeys: parsed.flags.has('S'),
    ascii: parsed.flags.has('a'),
    colors: parsed.flags.has('C'),
  };
  let errors = '';
  const machine = openJqMachine(tool, {
    nextInput: () => inputs.next(),
    stderr: (text) => {
      errors += text;
    },
  });
  const run: Run = { machine, node, scope, parsed, style, last: undefined, failed: false };
  const nullInput = parsed.flags.has('n');
  for (let next = nullInput ? { value: null } : inputs.next(); next; next = nullInput ? undefined : inputs.next()) {
    const halted = yield* evaluateOne(tool, run, next.value, () =>
      inputs.started ? `${inputs.place}:${inputs.line}` : '<unknown>',
    );
    if (errors !== '') yield* tool.err(errors);
    errors = '';
    if (halted !== undefined) return halted;
  }
  if (inputs.problem !== undefined) {
    yield* tool.err(`parse error: ${inputs.problem}\n`);
    // jq 1.6 as Debian 12 ships it: "no output", whatever came before.
    return 4;
  }
  if (inputs.status !== 0) return inputs.status;
  if (run.failed) return 5;
  if (!parsed.flags.has('e')) return 0;
  return run.last === undefined ? 4 : isTruthy(run.last.value) ? 0 : 1;
}

interface Run {
  readonly machine: JqMachine;
  readonly node: JqNode;
  readonly scope: JqScope;
  readonly parsed: Arguments;
  readonly style: JsonStyle;
  last: { readonly value: unknown } | undefined;
  failed: boolean;
}

/** All outputs for one input; the status when the program halts. */
function* evaluateOne(tool: Tool, run: Run, input: unknown, place: () => string): Coroutine<number | undefined> {
  const { flags } = run.parsed;
  const outputs = run.machine.values(run.node, input, run.scope);
  for (;;) {
    let problem: JqError | undefined;
    try {
      const next = outputs.next();
      if (next.done) return undefined;
      run.last = { value: next.value };
      const raw = (flags.has('r') || flags.has('j')) && typeof next.value === 'string';
      if (!raw) spendForText(next.value, run.machine.context.charge);
      const text = raw ? String(next.value) : jsonText(next.value, run.style);
      yield* tool.out(flags.has('j') ? text : `${text}\n`);
      continue;
    } catch (error) {
      if (error instanceof JqHalt) {
        if (error.value !== undefined)
          yield* tool.err(typeof error.value === 'string' ? error.value : `${jsonText(error.value, COMPACT)}\n`);
        return error.status;
      }
      if (!(error instanceof JqError)) throw error;
      problem = error;
    }
    const { value } = problem;
    // jq 1.6 takes an error of null for the end of the outputs.
    if (value === null) return undefined;
    run.failed = true;
    const text = typeof value === 'string' ? `: ${value}` : ` (not a string): ${textOf(value)}`;
    yield* tool.err(`jq: error (at ${place()})${text}\n`);
    return undefined;
  }
}

export const jq = defineCommand({ name: 'jq', program: toolProgram(runJq), userlands: ['gnu'] });
