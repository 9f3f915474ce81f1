import { type Coroutine, type DnsAnswer, type DnsRecord } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

type RecordType = DnsRecord['type'];

const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export interface Resolver {
  readonly server: string;
  readonly search: readonly string[];
}

export function resolverOf(tool: Tool): Resolver {
  const text = tool.readFile('/etc/resolv.conf');
  let server = '127.0.0.1';
  let search: string[] = [];
  let found = false;
  for (const line of text.ok ? text.value.split('\n') : []) {
    const [key, ...values] = line.trim().split(/\s+/);
    if (key === 'nameserver' && !found) {
      server = values[0] ?? server;
      found = true;
    } else if (key === 'search') search = values;
  }
  return { server, search };
}

export const reverseName = (address: string): string => `${address.split('.').reverse().join('.')}.in-addr.arpa`;
const bare = (name: string): string => name.replace(/\.$/, '');

function lineOf(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${bare(record.name)}\nAddress: ${record.data}\n`;
    case 'CNAME':
      return `${bare(record.name)}\tcanonical name = ${bare(record.data)}\n`;
    case 'PTR':
      return `${bare(record.name)}\tname = ${bare(record.data)}\n`;
    case 'SRV':
      return `${bare(record.name)}\tservice = ${bare(record.data)}\n`;
    case 'MX':
      return `${bare(record.name)}\tmail exchanger = ${record.data}\n`;
    case 'NS':
      return `${bare(record.name)}\tnameserver = ${record.data}\n`;
    case 'TXT':
      return `${bare(record.name)}\ttext = "${record.data}"\n`;
  }
}

function parse(args: readonly string[]): { readonly types: RecordType[]; readonly operands: string[] } {
  const types: RecordType[] = [];
  const operands: string[] = [];
  for (const arg of args) {
    const type = /^-(?:type|query|q|querytype)=(\w+)$/i.exec(arg)?.[1]?.toUpperCase();
    if (type !== undefined) types.push(type as RecordType);
    else if (!arg.startsWith('-')) operands.push(arg);
  }
  return { types, operands };
}

/** The names that are asked for: a name without a dot goes along the search path. */
export function candidates(name: string, search: readonly string[]): string[] {
  return name.includes('.') || search.length === 0 ? [name] : search.map((domain) => `${name}.${domain}`);
}

function* header(tool: Tool, server: string, separator: string): Coroutine<void> {
  yield* tool.out(`Server:\t\t${server}\nAddress:\t${server}${separator}53\n\n`);
}

const NO_SERVER = ';; connection timed out; no servers could be reached\n\n';
/** How often bind's tools ask a server. */
const TRIES = 3;

/** What bind's tools print when no server answers, asking again in between. */
export function* noAnswer(tool: Tool, answer: DnsAnswer, again: () => Coroutine<DnsAnswer>): Coroutine<void> {
  const why = answer.code === 'timeout' ? 'timed out' : 'connection refused';
  for (let tries = 1; tries <= TRIES; tries++) {
    yield* tool.out(`;; communications error to ${answer.server}#53: ${why}\n`);
    if (tries < TRIES) yield* again();
  }
}

/** busybox asks every candidate for A and AAAA and prints each answer. */
function* runBusybox(tool: Tool): Coroutine<number> {
  const { types, operands } = parse(tool.args);
  const [name, given] = operands;
  if (name === undefined) {
    yield* tool.err(
      'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: nslookup HOST [SERVER]\n\nQuery DNS about HOST\n',
    );
    return 1;
  }
  const resolver = resolverOf(tool);
  const server = given ?? resolver.server;
  const isAddress = ADDRESS.test(name);
  const names = isAddress ? [reverseName(name)] : candidates(name, resolver.search);
  const wanted: readonly RecordType[] = isAddress ? ['PTR'] : types.length > 0 ? types : ['A', 'AAAA'];
  let status = 0;
  let headed = false;
  for (const type of wanted)
    for (const candidate of names) {
      const answer = yield* tool.machine.network.query(candidate, type, server);
      if (answer.code === 'timeout' || answer.code === 'unreachable') {
        // The first datagram draws the ICMP error that the second one is told of.
        if (answer.code === 'unreachable') yield* tool.err(`nslookup: write to '${server}': Connection refused\n`);
        yield* tool.out(NO_SERVER);
        return 1;
      }
      if (!headed) yield* header(tool, server, ':');
      headed = true;
      if (answer.code !== 'NOERROR') {
        yield* tool.out(`** server can't find ${candidate}: ${answer.code}\n\n`);
        status = 1;
      } else
        yield* tool.out(
          `${answer.records
            .filter((record) => record.type === type || record.type === 'CNAME')
            .map(lineOf)
            .join('')}\n`,
        );
    }
  return status;
}

/** bind's nslookup tries the search path in turn and prints the first answer. */
function* runBind(tool: Tool): Coroutine<number> {
  const { types, operands } = parse(tool.args);
  const [name, given] = operands;
  if (name === undefined) return 0;
  const resolver = resolverOf(tool);
  const server = given ?? resolver.server;
  const isAddress = ADDRESS.test(name);
  const type: RecordType = isAddress ? 'PTR' : (types[0] ?? 'A');
  const names = isAddress
    ? [reverseName(name)]
    : [
        ...candidates(name, resolver.search),
        ...(name.includes('.') ? resolver.search.map((domain) => `${name}.${domain}`) : [name]),
      ];
  let last: DnsAnswer | undefined;
  for (const candidate of names) {
    last = yield* tool.machine.network.query(candidate, type, server);
    if (last.code === 'timeout' || last.code === 'unreachable') {
      yield* noAnswer(tool, last, () => tool.machine.network.query(candidate, type, server));
      yield* tool.out(';; no servers could be reached\n\n');
      return 1;
    }
    if (last.code !== 'NOERROR') continue;
    yield* header(tool, server, '#');
    yield* tool.out(`${last.records.map(lineOf).join('')}\n`);
    return 0;
  }
  yield* header(tool, server, '#');
  yield* tool.out(`** server can't find ${names[names.length - 1]}: ${last?.code ?? 'NXDOMAIN'}\n\n`);
  return 1;
}

export const nslookup = defineCommand({
  name: 'nslookup',
  program: toolProgram(runBind),
  busybox: toolProgram(runBusybox),
});
