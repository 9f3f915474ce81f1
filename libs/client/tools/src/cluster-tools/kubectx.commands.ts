import { TextOutput, type Coroutine } from '@seatrial/kernel';
import { runCommand } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { splitLines, toolProgram, type Tool } from '../tool/tool.js';

interface Answer {
  readonly text: string;
  readonly errors: string;
  readonly code: number;
}

function* kubectl(tool: Tool, ...words: readonly string[]): Coroutine<Answer> {
  const [stdout, stderr] = [new TextOutput(), new TextOutput()];
  const ended = yield* runCommand(tool.process, ['kubectl', ...words], { stdout, stderr });
  if (!ended.ok) return { text: '', errors: 'kubectl is not installed\n', code: 1 };
  return { text: stdout.text, errors: stderr.text, code: ended.value.code };
}

/** The choice before the last one, for `-`. */
const lastFile = (tool: Tool): string => `${tool.process.env.get('HOME') ?? ''}/.kube/${tool.name}`;

function remember(tool: Tool, name: string): void {
  tool.machine.files.writeFile(lastFile(tool), name, { owner: tool.process.user });
}

function* chosen(tool: Tool, word: string, nothing: string): Coroutine<string> {
  if (word !== '-') return word;
  const known = tool.machine.files.readFile(lastFile(tool));
  if (known.ok) return known.value;
  yield* tool.err(`error: ${nothing}\n`);
  return tool.exit(1);
}

/** `kubectx`: lists and switches contexts. */
export const kubectx = defineCommand({
  name: 'kubectx',
  paths: ['/usr/local/bin/kubectx'],
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [word] = tool.args;
    const current = (yield* kubectl(tool, 'config', 'current-context')).text.trim();
    if (word === '-c' || word === '--current') {
      yield* tool.out(`${current}\n`);
      return 0;
    }
    const all = yield* kubectl(tool, 'config', 'get-contexts', '-o', 'name');
    if (tool.args.length === 0) {
      yield* tool.out(all.text);
      return all.code;
    }
    const name = yield* chosen(tool, word, 'No previous context found.');
    if (!splitLines(all.text).includes(name)) {
      yield* tool.err(`error: no context exists with the name: "${name}"\n`);
      return 1;
    }
    yield* kubectl(tool, 'config', 'use-context', name);
    remember(tool, current);
    yield* tool.err(`Switched to context "${name}".\n`);
    return 0;
  }),
});

/** `kubens`: lists and switches the namespace of the current context. */
export const kubens = defineCommand({
  name: 'kubens',
  paths: ['/usr/local/bin/kubens'],
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [word] = tool.args;
    const minified = yield* kubectl(tool, 'config', 'view', '--minify', '-o', 'jsonpath={..namespace}');
    const current = minified.text.trim() || 'default';
    if (word === '-c' || word === '--current') {
      yield* tool.out(`${current}\n`);
      return 0;
    }
    const all = yield* kubectl(
      tool,
      'get',
      'namespaces',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}',
    );
    if (all.code !== 0) {
      yield* tool.err(all.errors);
      return 1;
    }
    if (tool.args.length === 0) {
      yield* tool.out(all.text);
      return 0;
    }
    const name = yield* chosen(tool, word, 'No previous namespace found for current context.');
    if (!splitLines(all.text).includes(name)) {
      yield* tool.err(`error: no namespace exists with name "${name}"\n`);
      return 1;
    }
    const context = (yield* kubectl(tool, 'config', 'current-context')).text.trim();
    yield* kubectl(tool, 'config', 'set-context', '--current', `--namespace=${name}`);
    remember(tool, current);
    yield* tool.err(`Context "${context}" modified.\nActive namespace is "${name}".\n`);
    return 0;
  }),
});
