import type { ClusterNode } from '@seatrial/cluster';
import { reportUnsupported, sleep } from '@seatrial/kernel';
import { defineCommand } from '../../command.js';
import { parseArguments } from '../../tool/options.js';
import { toolProgram, type Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';
import { byTime, shortLine, type JournalEntry } from './journal-entry.js';
import { joinedLines, queryOf, type JournalQuery } from './journal-query.js';
import { storage } from './journal-storage.js';
import { hasOwnLog, journalOf } from './unit-log.js';

const OPTIONS =
  '-u --unit=, -n --lines=?, -f --follow, -x --catalog, -e --pager-end, -r --reverse, -q --quiet, -l --full, -a --all, ' +
  '--no-pager, --no-full, --no-hostname, --utc, -b --boot=?, -S --since=, -U --until=, -o --output=, -k --dmesg, -p --priority=, ' +
  '-g --grep=, -t --identifier=, --no-tail, --system, -D --directory=, --list-boots, --disk-usage, --vacuum-time=, --vacuum-size=, --rotate';
const FOLLOW_MS = 500;

function textOf(entry: JournalEntry, host: string, { output, explained }: JournalQuery): string {
  const line = output === 'cat' ? `${entry.message}\n` : shortLine(entry, host, output);
  return explained && entry.explanation !== undefined ? `${line}${entry.explanation}\n` : line;
}

function entriesOf(node: ClusterNode, { units, wanted }: JournalQuery): JournalEntry[] {
  const asked = units.length > 0 ? units : node.services.list().map(({ name }) => name);
  return asked
    .flatMap((name) => journalOf(node, name))
    .sort(byTime)
    .filter(wanted);
}

/** Says which of the lines asked for are not known. */
function reportGaps(tool: Tool, node: ClusterNode, { units }: JournalQuery, byIdentifier: boolean): void {
  if (units.length === 0 && !byIdentifier)
    reportUnsupported(tool.machine, "journalctl (what the machine's other units logged)");
  for (const name of units) {
    const unit = node.services.get(name);
    if (unit && !hasOwnLog(unit.name))
      reportUnsupported(tool.machine, `journalctl -u ${unit.name} (what it logged itself)`);
  }
}

/** journalctl of systemd 252 for the units of a node: what systemd says of them, and what the kubelet has logged. */
export const journalctl = defineCommand({
  name: 'journalctl',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const parsed = parseArguments(joinedLines(tool.args), OPTIONS);
    if (!parsed.ok) {
      yield* tool.err(`journalctl: ${parsed.error}\n`);
      return 1;
    }
    const { flags } = parsed.value;
    const query = yield* queryOf(tool, parsed.value);
    if (typeof query === 'number') return query;
    if (typeof query === 'string') {
      yield* tool.err(`${query}\n`);
      return 1;
    }
    const node = nodeOf(tool);
    if (!node) return yield* notSimulated(tool, 'away from a node');
    const kept = yield* storage(tool, node, parsed.value);
    if (kept !== undefined) return kept;
    const host = node.node.name;
    reportGaps(tool, node, query, parsed.value.values.has('t'));
    const all = entriesOf(node, query);
    const chosen = query.lines === undefined ? all : query.lines === 0 ? [] : all.slice(-query.lines);
    if (flags.has('r')) chosen.reverse();
    if (chosen.length === 0 && !flags.has('f') && !flags.has('q')) yield* tool.out('-- No entries --\n');
    yield* tool.out(chosen.map((entry) => textOf(entry, host, query)).join(''));
    if (!flags.has('f')) return 0;
    for (let seen = all.length; ;) {
      yield* sleep(FOLLOW_MS);
      const later = entriesOf(node, query);
      yield* tool.out(
        later
          .slice(seen)
          .map((entry) => textOf(entry, host, query))
          .join(''),
      );
      seen = later.length;
    }
  }),
});
