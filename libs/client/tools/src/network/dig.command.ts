import type { Coroutine, DnsAnswer, DnsRecord } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { candidates, noAnswer, resolverOf, reverseName } from './nslookup.command.js';

type RecordType = DnsRecord['type'];

const TYPES = new Set(['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT', 'NS', 'MX']);
const TAB = 8;
/** Columns of dig's lines: time to live, class, type, data. */
const COLUMNS = [24, 32, 40, 48] as const;
const ZONE = /(?:^|\.)(cluster\.local|in-addr\.arpa)$/;

const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** Tabs up to a column, or one space where it is passed (lib/dns/masterdump.c). */
function indent(text: string, column: number): string {
  let width = 0;
  for (const character of text) width = character === '\t' ? width - (width % TAB) + TAB : width + 1;
  return width >= column ? ' ' : '\t'.repeat(Math.ceil((column - width) / TAB));
}

function line(fields: readonly string[], columns: readonly number[]): string {
  let text = fields[0];
  for (const [index, field] of fields.slice(1).entries()) text += indent(text, columns[index]) + field;
  return `${text}\n`;
}

interface Question {
  readonly name: string;
  readonly type: RecordType;
  readonly server: string;
  readonly given: boolean;
}

function questionOf(tool: Tool): Question {
  const words = tool.args.filter((arg) => !/^[+@-]/.test(arg));
  const server = tool.args.find((arg) => arg.startsWith('@'))?.slice(1);
  const typed = words.find((word) => TYPES.has(word.toUpperCase()));
  const flagged = tool.args[tool.args.indexOf('-t') + 1];
  const operand = words.find((word) => word !== typed && word !== 'IN' && word !== flagged) ?? '.';
  const reverse = tool.args.includes('-x');
  const asked = (tool.args.includes('-t') ? flagged : typed)?.toUpperCase();
  return {
    name: reverse ? reverseName(operand) : operand,
    type: reverse ? 'PTR' : ((asked ?? 'A') as RecordType),
    server: server ?? resolverOf(tool).server,
    given: server !== undefined,
  };
}

/** The zone's own record, which comes with answers that have none. */
function authority(tool: Tool, name: string): string | undefined {
  const zone = ZONE.exec(name.replace(/\.$/, ''))?.[1];
  if (zone !== 'cluster.local') return undefined;
  const serial = Math.floor(tool.machine.simulation.now() / 1000);
  const data = `ns.dns.cluster.local. hostmaster.cluster.local. ${serial} 7200 1800 86400 30`;
  return line([dotted(zone), '30', 'IN', 'SOA', data], COLUMNS);
}

function fullAnswer(tool: Tool, { name, type }: Question, answer: DnsAnswer): string {
  const { simulation } = tool.machine;
  const cluster = ZONE.test(name.replace(/\.$/, ''));
  const soa = cluster && answer.records.length === 0 ? authority(tool, name) : undefined;
  const flags = cluster ? 'qr aa rd' : 'qr rd ra';
  const records = answer.records.map((record) => {
    const data = record.type === 'CNAME' ? dotted(record.data) : record.data;
    return line([dotted(record.name), String(record.ttl), 'IN', record.type, data], COLUMNS);
  });
  const size =
    12 +
    name.length +
    6 +
    23 +
    answer.records.reduce((sum, { data }) => sum + name.length + 12 + (data.length > 15 ? data.length : 4), 0);
  const sections = [
    `;; QUESTION SECTION:\n${line([`;${dotted(name)}`, 'IN', type], [COLUMNS[1], COLUMNS[2]])}`,
    ...(records.length > 0 ? [`;; ANSWER SECTION:\n${records.join('')}`] : []),
    ...(soa === undefined ? [] : [`;; AUTHORITY SECTION:\n${soa}`]),
  ];
  return [
    ';; Got answer:\n',
    `;; ->>HEADER<<- opcode: QUERY, status: ${answer.code}, id: ${simulation.random.below(65_536)}\n`,
    `;; flags: ${flags}; QUERY: 1, ANSWER: ${answer.records.length}, AUTHORITY: ${soa === undefined ? 0 : 1}, ADDITIONAL: 1\n`,
    ...(cluster ? [';; WARNING: recursion requested but not available\n'] : []),
    `\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n; COOKIE: ${simulation.random.hex(16)} (echoed)\n`,
    `${sections.join('\n')}\n`,
    `;; Query time: 0 msec\n;; SERVER: ${answer.server}#53(${answer.server}) (UDP)\n`,
    `;; WHEN: ${formatDate('%a %b %d %H:%M:%S %Z %Y', simulation.now())}\n;; MSG SIZE  rcvd: ${size}\n\n`,
  ].join('');
}

/** dig(1) of bind 9.18, one question; `+short` prints the data only. */
function* run(tool: Tool): Coroutine<number> {
  const asked = questionOf(tool);
  const { network } = tool.machine;
  const names = tool.args.includes('+search') ? candidates(asked.name, resolverOf(tool).search) : [asked.name];
  let question = asked;
  let answer = yield* network.query(names[0], asked.type, asked.server);
  for (const name of names) {
    if (name !== names[0]) answer = yield* network.query(name, asked.type, asked.server);
    question = { ...asked, name };
    if (answer.code !== 'NXDOMAIN') break;
  }
  const short = tool.args.includes('+short');
  const banner = `\n; <<>> DiG 9.18.28-1~deb12u2-Debian <<>> ${tool.args.join(' ')}\n${asked.given ? '; (1 server found)\n' : ''};; global options: +cmd\n`;
  if (answer.code === 'timeout' || answer.code === 'unreachable') {
    yield* noAnswer(tool, answer, () => network.query(question.name, question.type, question.server));
    yield* tool.out(short ? ';; no servers could be reached\n' : `${banner};; no servers could be reached\n\n`);
    return 9;
  }
  if (!short) {
    yield* tool.out(banner + fullAnswer(tool, question, answer));
    return 0;
  }
  for (const record of answer.records)
    yield* tool.out(`${record.type === 'CNAME' ? dotted(record.data) : record.data}\n`);
  return 0;
}

export const dig = defineCommand({ name: 'dig', program: toolProgram(run), userlands: ['gnu'] });
