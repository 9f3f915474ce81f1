import type { Coroutine, JsonValue } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { defineCommand } from '../command.js';
import { undefinedNames } from '../jq/jq-check.js';
import { JqHalt } from '../jq/jq-filters.js';
import { NATIVES } from '../jq/jq-natives.js';
import { JqError, JqSyntaxError, type JqNode } from '../jq/jq-node.js';
import { parseJq } from '../jq/jq-parser.js';
import { openJqMachine, prelude } from '../jq/open-jq-machine.js';
import { COMPACT, jsonText } from '../jq/jq-value.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { orderedYaml } from './ordered-yaml.js';

const OPTIONS =
  '-r --unwrapScalar=?, -o --output-format=, -p --input-format=, -i --inplace, -n --null-input, -e --exit-status, -P --prettyPrint, -I --indent=, -N --no-doc, -M --no-colors, -C --colors, -j --tojson, -V --version';

/** yq's language where it differs from jq's: environment variables, and keys that keep their order. */
function asJq(expression: string): string {
  return expression
    .replace(/\bstrenv\(\s*(\w+)\s*\)/g, 'env.$1')
    .replace(/\benv\(\s*(\w+)\s*\)/g, '(env.$1 as $v | try ($v | fromjson) catch $v)')
    .replace(/\bkeys\b/g, 'keys_unsorted');
}

function* compile(tool: Tool, expression: string): Coroutine<JqNode> {
  try {
    const source = asJq(expression);
    const node = parseJq(source);
    const [problem] = undefinedNames(node, source, {}, [...NATIVES.keys(), ...prelude().keys()]);
    if (problem === undefined) return node;
    yield* tool.err(`Error: ${problem}\n`);
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    yield* tool.err(`Error: ${error.message}\n`);
  }
  return tool.exit(1);
}

interface Style {
  readonly json: boolean;
  readonly unwrap: boolean;
  readonly indent: number;
}

function printed(value: unknown, { json, unwrap, indent }: Style): string {
  if (json) {
    const style = indent === 0 ? COMPACT : { ...COMPACT, indent: ' '.repeat(indent) };
    return `${jsonText(value, style)}\n`;
  }
  return unwrap && typeof value === 'string' ? `${value}\n` : orderedYaml(value, indent);
}

/** The outputs for each document of a text; the outputs of different documents are parted by `---`. */
function* evaluate(tool: Tool, node: JqNode, documents: readonly JsonValue[], style: Style): Coroutine<unknown[][]> {
  const machine = openJqMachine(tool, { nextInput: () => undefined, stderr: () => undefined });
  try {
    return documents.map((document) => [...machine.values(node, document, {})]);
  } catch (error) {
    if (!(error instanceof JqError) && !(error instanceof JqHalt)) throw error;
    const { value } = error;
    yield* tool.err(`Error: ${typeof value === 'string' ? value : printed(value, style).trimEnd()}\n`);
    return tool.exit(1);
  }
}

function* documentsOf(tool: Tool, path: string | undefined): Coroutine<JsonValue[]> {
  const text = yield* tool.read(path);
  if (!text.ok) {
    yield* tool.err(`Error: open ${path ?? ''}: no such file or directory\n`);
    return tool.exit(1);
  }
  const documents: JsonValue[] = [];
  const chunks = text.value.split(/^---(?:[ \t].*)?\n/m);
  if (chunks.length > 1 && chunks[0].replace(/^#.*$/gm, '').trim() === '') chunks.shift();
  for (const chunk of chunks) {
    const value = yamlToJson(chunk, { ordered: true, contextLines: true });
    if (!value.ok) {
      yield* tool.err(`Error: bad file '${path ?? '-'}': ${value.error}\n`);
      return tool.exit(1);
    }
    documents.push(value.value);
  }
  return documents;
}

function* run(tool: Tool): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(OPTIONS);
  if (flags.has('V')) {
    yield* tool.out('yq (https://github.com/mikefarah/yq/) version v4.44.3\n');
    return 0;
  }
  const words = ['e', 'eval'].includes(operands[0] ?? '') ? operands.slice(1) : [...operands];
  if (['ea', 'eval-all'].includes(words[0] ?? '')) {
    yield* tool.err('Error: eval-all is not simulated\n');
    return 1;
  }
  // A sole operand that is a file is no expression.
  const [first = '.'] = words;
  const expression = words.length === 1 && tool.stat(first).ok && first !== '.' ? '.' : first;
  const files = words.length === 1 && expression === '.' && first !== '.' ? words : words.slice(1);
  const json = flags.has('j') || /^j(?:son)?$/.test(values.get('o')?.at(-1) ?? '');
  const unwrap = values.get('r')?.at(-1) !== 'false';
  const style: Style = { json, unwrap, indent: Number(values.get('I')?.at(-1) ?? 2) };
  const node = yield* compile(tool, expression);
  let [empty, printedSome] = [true, false];
  for (const path of files.length > 0 ? files : [undefined]) {
    const documents = flags.has('n') ? [null] : yield* documentsOf(tool, path);
    const outputs = yield* evaluate(tool, node, documents, style);
    const parts = outputs
      .filter((list) => list.length > 0)
      .map((list) => list.map((value) => printed(value, style)).join(''));
    empty &&= outputs.flat().every((value) => value === null || value === false);
    const divider = json || flags.has('N') ? '' : '---\n';
    if (flags.has('i') && path !== undefined)
      tool.machine.files.writeFile(tool.path(path), parts.join(divider), { owner: tool.process.user });
    else {
      yield* tool.out((printedSome && parts.length > 0 ? divider : '') + parts.join(divider));
      printedSome ||= parts.length > 0;
    }
  }
  if (!flags.has('e') || !empty) return 0;
  yield* tool.err('Error: no matches found\n');
  return 1;
}

/** `yq` (mikefarah's, v4): expressions are evaluated as jq's; comments and styles of the input are not kept. */
export const yq = defineCommand({
  name: 'yq',
  paths: ['/usr/local/bin/yq'],
  userlands: ['gnu'],
  program: toolProgram(run),
});
