import { readLine, utf8Length, type Coroutine, type Input } from '@seatrial/kernel';
import type { RedisReply } from './redis-store.js';

/** A reply in RESP2. */
export function formatReply(reply: RedisReply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${utf8Length(reply)}\r\n${reply}\r\n`;
  if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map((item: RedisReply) => formatReply(item)).join('')}`;
  if ('ok' in reply) return `+${reply.ok}\r\n`;
  return `-${'error' in reply ? reply.error : ''}\r\n`;
}

function* readBytes(input: Input, length: number): Coroutine<string | undefined> {
  let text = '';
  while (utf8Length(text) < length) {
    const piece = yield* input.read();
    if (piece === undefined) return undefined;
    text += piece;
  }
  let end = text.length;
  while (utf8Length(text.slice(0, end)) > length) end--;
  input.unread(text.slice(end));
  return text.slice(0, end);
}

/** Words of an inline command, with quotes. */
export function splitInline(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g))
    words.push(match[1] ?? match[2] ?? match[3]);
  return words;
}

const MAX_WORDS = 1_000_000;

/** The next command of a client, as RESP array or inline; undefined at the end. */
export function* readCommand(input: Input): Coroutine<string[] | undefined> {
  const line = (yield* readLine(input))?.replace(/\r$/, '');
  if (line === undefined) return undefined;
  if (!line.startsWith('*')) return splitInline(line);
  const words: string[] = [];
  const count = Math.min(Number(line.slice(1)) || 0, MAX_WORDS);
  for (let i = 0; i < count; i++) {
    const head = (yield* readLine(input))?.replace(/\r$/, '');
    if (!head?.startsWith('$')) return undefined;
    const word = yield* readBytes(input, Number(head.slice(1)) + 2);
    if (word === undefined) return undefined;
    words.push(word.slice(0, -2));
  }
  return words;
}

/** A command as a client sends it. */
export function formatCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${utf8Length(word)}\r\n${word}\r\n`).join('')}`;
}

/** How hiredis begins to say that a server does not speak RESP. */
export const PROTOCOL_ERROR = 'Protocol error, got';

/** Reads one reply. */
export function* readReply(input: Input): Coroutine<RedisReply | undefined> {
  const line = (yield* readLine(input))?.replace(/\r$/, '');
  if (line === undefined) return undefined;
  const rest = line.slice(1);
  switch (line[0]) {
    case '+':
      return { ok: rest };
    case '-':
      return { error: rest };
    case ':':
      return Number(rest);
    case '$': {
      if (rest === '-1') return null;
      const text = yield* readBytes(input, Number(rest) + 2);
      return text?.slice(0, -2);
    }
    case '*': {
      const items: RedisReply[] = [];
      const count = Math.min(Number(rest) || 0, MAX_WORDS);
      for (let i = 0; i < count; i++) items.push((yield* readReply(input)) ?? null);
      return items;
    }
    default:
      return { error: `${PROTOCOL_ERROR} "${line[0] ?? ''}" as reply type byte` };
  }
}
