import type { ClusterNode } from '@seatrial/cluster';
import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import type { ParsedArguments } from '../../tool/options.js';
import type { Tool } from '../../tool/tool.js';

const STAMP = '%a %Y-%m-%d %H:%M:%S UTC';

/** A machine has booted once: when the simulation began. */
function boots({ simulation }: Tool['machine'], host: string): string {
  const id = sha256Hex(`boot ${host}`).slice(0, 32);
  const first = formatDate(STAMP, simulation.startTime);
  return `IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY                 \n  0 ${id} ${first} ${formatDate(STAMP, simulation.now())}\n`;
}

/** What is asked of the journal's files instead of its lines; undefined when nothing is. Little is logged, nothing is archived. */
export function* storage(
  tool: Tool,
  node: ClusterNode,
  { flags, values }: ParsedArguments,
): Coroutine<number | undefined> {
  const vacuum = values.has('vacuum-time') || values.has('vacuum-size');
  if ((vacuum || flags.has('rotate')) && tool.process.user !== 'root') {
    yield* tool.err('Failed to rotate journal: Interactive authentication required.\n');
    return 1;
  }
  if (flags.has('list-boots')) yield* tool.out(boots(tool.machine, node.node.name));
  else if (flags.has('disk-usage')) yield* tool.out('Archived and active journals take up 8.0M in the file system.\n');
  else if (vacuum) {
    const folder = `/var/log/journal/${sha256Hex(`machine ${node.node.name}`).slice(0, 32)}`;
    for (const place of [folder, '/run/log/journal', '/var/log/journal'])
      yield* tool.err(`Vacuuming done, freed 0B of archived journals from ${place}.\n`);
  } else if (!flags.has('rotate')) return undefined;
  return 0;
}
