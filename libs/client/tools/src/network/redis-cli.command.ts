import type { Coroutine, DialError, Input, Output } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const FAILURES: Readonly<Record<DialError['failure'], string>> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  'host-unreachable': 'No route to host',
  'network-unreachable': 'Network is unreachable',
  reset: 'Connection reset by peer',
  'name-not-found': 'Name or service not known',
  'name-server-failure': 'Temporary failure in name resolution',
};

function close(input: Input, output: Output): void {
  output.close();
  input.close();
}

/** A RESP reply as redis-cli prints it when its output is no terminal; undefined while it is not complete. */
function readReply(text: string, at = 0): { readonly lines: readonly string[]; readonly end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const head = text.slice(at + 1, lineEnd);
  const next = lineEnd + 2;
  switch (text[at]) {
    case '+':
    case ':':
      return { lines: [head], end: next };
    case '-':
      return { lines: [head], end: next };
    case '$': {
      const size = Number(head);
      if (size < 0) return { lines: [''], end: next };
      if (text.length < next + size + 2) return undefined;
      return { lines: [text.slice(next, next + size)], end: next + size + 2 };
    }
    case '*': {
      const lines: string[] = [];
      let end = next;
      for (let i = 0; i < Number(head); i++) {
        const item = readReply(text, end);
        if (!item) return undefined;
        lines.push(...item.lines);
        end = item.end;
      }
      return { lines: lines.length > 0 ? lines : [''], end };
    }
    default:
      return { lines: [text.slice(at, lineEnd)], end: next };
  }
}

function* askRedis(tool: Tool, input: Input, output: Output, words: readonly string[]): Coroutine<boolean | 'broken'> {
  yield* output.write(`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`);
  let text = '';
  for (;;) {
    if (text !== '' && !'+-:$*'.includes(text.charAt(0))) {
      yield* tool.err(`Error: Protocol error, got "${text.charAt(0)}" as reply type byte\n`);
      return 'broken';
    }
    const reply = readReply(text);
    if (reply) {
      yield* tool.out(`${reply.lines.join('\n').replace(/\r\n/g, '\n')}\n`);
      if (text.startsWith('-')) yield* tool.out('\n');
      return true;
    }
    const piece = yield* input.read();
    if (piece === undefined) return false;
    text += piece;
  }
}

/** redis-cli: a command from the arguments, or one a line from standard input. */
export const redisCli = defineCommand({
  name: 'redis-cli',
  program: toolProgram(function* (tool) {
    const { values, operands } = yield* tool.options(
      '-h=, -p=, -n=, -a=, -r=, -i=, --raw, --no-raw, -x, --csv, --no-auth-warning, -c',
      { stopAtOperand: true },
    );
    const host = values.get('h')?.at(-1) ?? '127.0.0.1';
    const port = Number(values.get('p')?.at(-1) ?? 6379);
    const dialled = yield* tool.machine.network.dial({ host, port });
    if (!dialled.ok) {
      yield* tool.err(`Could not connect to Redis at ${host}:${port}: ${FAILURES[dialled.error.failure]}\n`);
      return 1;
    }
    const { input, output } = dialled.value.open();
    const commands =
      operands.length > 0
        ? [operands]
        : (yield* tool.readStdin())
            .split('\n')
            .map((line) => line.trim().split(/\s+/))
            .filter((words) => words[0] !== '');
    for (let left = Number(values.get('r')?.at(-1) ?? 1); left > 0; left--)
      for (const words of commands) {
        const asked = yield* askRedis(tool, input, output, words);
        if (asked === true) continue;
        if (asked === false) yield* tool.err('Error: Server closed the connection\n');
        return 1;
      }
    close(input, output);
    dialled.value.close();
    return 0;
  }),
});
