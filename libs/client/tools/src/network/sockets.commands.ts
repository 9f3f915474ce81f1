import { reportUnsupported } from '@seatrial/kernel';
import { nodeOf, notSimulated } from '../cluster-tools/cluster-tool.js';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { listeningSockets, type ListeningSocket } from './node-sockets.js';

/** Whose sockets one may know the programs of. */
const shows = (tool: Tool): boolean => tool.process.user === 'root';

/** Sockets of other kinds than those that the cluster listens on are not known. */
function reportOthers(tool: Tool, wantsTcp: boolean): void {
  if (!wantsTcp) reportUnsupported(tool.machine, `${tool.name} (sockets other than those that the cluster listens on)`);
}

/** netstat of net-tools for listening TCP sockets. */
export const netstat = defineCommand({
  name: 'netstat',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags } = yield* tool.options(
      '-t --tcp, -u --udp, -l --listening, -n --numeric, -p --programs, -a --all, -e --extend, -W --wide, -4, -6, -r --route, -i --interfaces, -s --statistics',
    );
    if (!nodeOf(tool) || flags.has('r') || flags.has('i') || flags.has('s'))
      return yield* notSimulated(tool, 'of this kind');
    reportOthers(tool, flags.has('l') && flags.has('n') && flags.has('t'));
    const programs = flags.has('p');
    if (programs && !shows(tool))
      yield* tool.err(
        '(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n',
      );
    const more = programs ? ' PID/Program name   ' : '';
    yield* tool.out(
      `Active Internet connections (${flags.has('a') ? 'servers and established' : 'only servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${more}\n`,
    );
    const row = ({ protocol, address, port, pid, program }: ListeningSocket): string => {
      const owner = shows(tool) ? `${pid}/${program}` : '-';
      const other = protocol === 'tcp6' ? ':::*' : '0.0.0.0:*';
      return `${protocol.padEnd(5)}      0      0 ${`${address}:${port}`.padEnd(23)} ${other.padEnd(23)} LISTEN      ${programs ? owner.padEnd(20) : ''}\n`;
    };
    yield* tool.out(listeningSockets(tool.machine).map(row).join(''));
    return 0;
  }),
});

/** ss of iproute2 for listening TCP sockets. */
export const ss = defineCommand({
  name: 'ss',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags } = yield* tool.options(
      '-t --tcp, -u --udp, -l --listening, -n --numeric, -p --processes, -a --all, -e --extended, -4 --ipv4, -6 --ipv6, -H --no-header, -s --summary, -x --unix',
    );
    if (!nodeOf(tool) || flags.has('s') || flags.has('x')) return yield* notSimulated(tool, 'of this kind');
    reportOthers(tool, flags.has('l') && flags.has('n') && flags.has('t'));
    const rows = listeningSockets(tool.machine).map(({ protocol, address, port, pid, program }) => [
      'LISTEN',
      '0',
      '4096',
      `${protocol === 'tcp6' ? '*' : address}:${port}`,
      `${protocol === 'tcp6' ? '*' : '0.0.0.0'}:*`,
      flags.has('p') && shows(tool) ? `users:(("${program}",pid=${pid},fd=3))` : '',
    ]);
    const width = (column: number, least: number): number => Math.max(least, ...rows.map((row) => row[column].length));
    const [local, peer] = [width(3, 'Local Address:Port'.length), width(4, 'Peer Address:Port'.length)];
    if (!flags.has('H'))
      yield* tool.out(
        `State  Recv-Q Send-Q ${'Local Address:Port'.padStart(local)} ${'Peer Address:Port'.padStart(peer)}Process\n`,
      );
    yield* tool.out(
      rows
        .map(
          ([state, received, queue, here, there, process]) =>
            `${state} ${received.padEnd(6)} ${queue.padEnd(6)} ${here.padStart(local)} ${there.padStart(peer)}${process}\n`,
        )
        .join(''),
    );
    return 0;
  }),
});
