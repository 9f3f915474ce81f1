import { sha256Hex } from '@seatrial/kernel';
import { nodeOf, notSimulated } from '../cluster-tools/cluster-tool.js';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const WIDTH = 18;

/** What systemd-hostnamed tells of the machine. */
function description(tool: Tool): string {
  const { hostname } = tool.machine;
  const node = nodeOf(tool)?.node;
  const id = (what: string): string => sha256Hex(`${what} ${node?.name ?? hostname}`).slice(0, 32);
  const rows = [
    ['Static hostname', hostname],
    ['Icon name', 'computer-vm'],
    ['Chassis', 'vm'],
    ['Machine ID', id('machine')],
    ['Boot ID', id('boot')],
    ['Virtualization', 'kvm'],
    ['Operating System', node?.osImage ?? ''],
    ['Kernel', `Linux ${node?.kernelVersion ?? ''}`],
    ['Architecture', 'x86-64'],
  ];
  return rows.map(([name, value]) => `${name.padStart(WIDTH - 2)}: ${value}\n`).join('');
}

/** hostnamectl of systemd 252. */
export const hostnamectl = defineCommand({
  name: 'hostnamectl',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('--static, --transient, --pretty, --no-ask-password');
    const [verb = 'status', name] = operands;
    if (verb === 'status') yield* tool.out(description(tool));
    else if (['hostname', 'set-hostname'].includes(verb)) {
      if (name === undefined && verb === 'hostname') {
        yield* tool.out(`${tool.machine.hostname}\n`);
        return 0;
      }
      if (name === undefined) {
        yield* tool.err('Too few arguments.\n');
        return 1;
      }
      if (tool.process.user !== 'root') {
        yield* tool.err('Could not set static hostname: Interactive authentication required.\n');
        return 1;
      }
      tool.machine.hostname = name;
      tool.machine.files.writeFile('/etc/hostname', `${name}\n`);
    } else return yield* notSimulated(tool, verb);
    return 0;
  }),
});
