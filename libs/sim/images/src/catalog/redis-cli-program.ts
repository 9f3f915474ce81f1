import { readLine, type Connection, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { PROTOCOL_ERROR, formatCommand, readReply, splitInline } from './redis-protocol.js';
import type { RedisReply } from './redis-store.js';

function show(reply: RedisReply, human: boolean, indent = ''): string {
  if (reply === null) return human ? '(nil)' : '';
  if (typeof reply === 'number') return human ? `(integer) ${reply}` : String(reply);
  if (typeof reply === 'string') return human ? JSON.stringify(reply) : reply;
  if (Array.isArray(reply)) {
    const items = reply as readonly RedisReply[];
    if (items.length === 0) return human ? '(empty array)' : '';
    return items
      .map((item, index) =>
        human ? `${index === 0 ? '' : indent}${index + 1}) ${show(item, human, `${indent}   `)}` : show(item, human),
      )
      .join('\n');
  }
  if ('ok' in reply) return reply.ok;
  const text = 'error' in reply ? reply.error : '';
  // Raw output ends an error's line itself (redis-cli.c, cliFormatReplyRaw).
  return human ? `(error) ${text}` : `${text}\n`;
}

const FAILURES: Readonly<Record<string, string>> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  'host-unreachable': 'No route to host',
  'network-unreachable': 'Network is unreachable',
  'name-not-found': 'Name or service not known',
  'name-server-failure': 'Temporary failure in name resolution',
};

/** redis-cli: one command from its arguments, or commands by line from its input. */
export const redisCli: Program = function* (process: Process): Coroutine<number> {
  let host = '127.0.0.1';
  let port = 6379;
  let password = '';
  let warns = true;
  let human = process.stdout.isTerminal;
  const words = process.argv.slice(1);
  for (;;) {
    const option = words[0];
    if (option === '-h') host = words.splice(0, 2)[1] ?? host;
    else if (option === '-p') port = Number(words.splice(0, 2)[1] ?? port);
    else if (option === '-n') words.splice(0, 2);
    else if (option === '-a' || option === '--pass') password = words.splice(0, 2)[1] ?? '';
    else if (option === '--no-auth-warning') {
      warns = false;
      words.shift();
    } else if (option === '--raw') {
      human = false;
      words.shift();
    } else if (option === '--no-raw') {
      human = true;
      words.shift();
    } else break;
  }
  const dialed = yield* process.machine.network.dial({ host, port });
  if (!dialed.ok) {
    yield* process.stderr.write(
      `Could not connect to Redis at ${host}:${port}: ${FAILURES[dialed.error.failure] ?? 'Connection reset by peer'}\n`,
    );
    return 1;
  }
  if (password !== '' && warns)
    yield* process.stderr.write(
      "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n",
    );
  password ||= process.env.get('REDISCLI_AUTH') ?? '';
  return yield* talk(process, dialed.value, words, human, `${host}:${port}> `, password);
};

/** What keeps a connection from being used any more. */
function brokenConnection(reply: RedisReply | undefined): string | undefined {
  if (reply === undefined) return 'Server closed the connection';
  const error = reply !== null && typeof reply === 'object' && 'error' in reply ? reply.error : '';
  return error.startsWith(PROTOCOL_ERROR) ? error : undefined;
}

/** Sends a command and prints the reply; false when the connection is of no more use. */
function* ask(
  process: Process,
  { input, output }: ReturnType<Connection['open']>,
  words: readonly string[],
  human: boolean,
): Coroutine<boolean> {
  yield* output.write(formatCommand(words));
  const reply = yield* readReply(input);
  const broken = brokenConnection(reply);
  if (broken !== undefined) yield* process.stderr.write(`Error: ${broken}\n`);
  else yield* process.stdout.write(`${show(reply ?? null, human)}\n`);
  return broken === undefined;
}

function* talk(
  process: Process,
  connection: Connection,
  words: readonly string[],
  human: boolean,
  prompt: string,
  password: string,
): Coroutine<number> {
  const streams = connection.open();
  try {
    if (password !== '') {
      yield* streams.output.write(formatCommand(['AUTH', password]));
      const refused = yield* readReply(streams.input);
      if (refused !== null && typeof refused === 'object' && 'error' in refused)
        yield* process.stderr.write(`AUTH failed: ${refused.error}\n`);
    }
    if (words.length > 0) return (yield* ask(process, streams, words, human)) ? 0 : 1;
    for (;;) {
      if (process.stdin.isTerminal) yield* process.stdout.write(prompt);
      const line = yield* readLine(process.stdin);
      if (line === undefined) return 0;
      const command = splitInline(line);
      if (command.length === 0) continue;
      if (/^(?:exit|quit)$/i.test(command[0])) return 0;
      if (!(yield* ask(process, streams, command, human))) return 1;
    }
  } finally {
    connection.close();
  }
}
