import type { DnsRecord } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

type RecordType = DnsRecord['type'];
const TYPES: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT', 'NS', 'MX'];

function typeNamed(text: string | undefined): RecordType | undefined {
  return TYPES.find((type) => type === text?.toUpperCase());
}

/** The search list of the machine's resolv.conf. */
function searchList(tool: Tool): string[] {
  const text = tool.machine.files.readFile('/etc/resolv.conf');
  const line = text.ok ? text.value.split('\n').findLast((entry) => entry.startsWith('search ')) : undefined;
  return line === undefined ? [] : line.split(/\s+/).slice(1).filter(Boolean);
}

function reverseName(address: string): string | undefined {
  return /^\d+(\.\d+){3}$/.test(address) ? `${address.split('.').reverse().join('.')}.in-addr.arpa` : undefined;
}

interface Question {
  readonly name: string;
  readonly type: RecordType;
}

/** A name without a dot is asked for in every domain of the search list. */
function questions(tool: Tool, name: string, type: RecordType | undefined): Question[] {
  const reverse = reverseName(name);
  if (reverse !== undefined) return [{ name: reverse, type: 'PTR' }];
  const search = name.includes('.') ? [] : searchList(tool);
  const names = search.length > 0 ? search.map((domain) => `${name}.${domain}`) : [name.replace(/\.$/, '')];
  return (type ? [type] : (['A', 'AAAA'] as const)).flatMap((asked) =>
    names.map((full) => ({ name: full, type: asked })),
  );
}

export const host = defineCommand({
  name: 'host',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { values, operands } = yield* tool.options('-t=, -a, -v, -4, -6, -W=');
    const [name, server] = operands;
    if (name === undefined) return 1;
    let found = false;
    for (const question of questions(tool, name, typeNamed(values.get('t')?.at(-1)))) {
      const answer = yield* tool.machine.network.query(question.name, question.type, server);
      if (answer.code === 'timeout' || answer.code === 'unreachable') {
        const why = answer.code === 'timeout' ? 'timed out' : 'connection refused';
        const line = `;; communications error to ${answer.server}#53: ${why}\n`;
        yield* tool.out(`${line}${line};; no servers could be reached\n`);
        return 1;
      }
      for (const record of answer.records) {
        found = true;
        const verb = {
          A: 'has address',
          AAAA: 'has IPv6 address',
          CNAME: 'is an alias for',
          PTR: 'domain name pointer',
          SRV: 'has SRV record',
          TXT: 'descriptive text',
          NS: 'name server',
          MX: 'mail is handled by',
        }[record.type];
        yield* tool.out(`${record.name} ${verb} ${record.data}\n`);
      }
    }
    if (!found) yield* tool.out(`Host ${name} not found: 3(NXDOMAIN)\n`);
    return found ? 0 : 1;
  }),
});
