import type { NodeService, NodeServices, UnitRun } from '@seatrial/cluster';
import { orderOf, type JournalEntry } from './journal-entry.js';

/** systemd's catalog entry for a finished job. */
function explained(unit: string, job: 'start' | 'stop' | 'begin-stop', id: number): string {
  const text =
    job === 'begin-stop'
      ? `A stop job for unit ${unit} has begun execution`
      : `A ${job} job for unit ${unit} has finished${job === 'start' ? ' successfully' : ''}`;
  return (
    `░░ Subject: ${text}\n░░ Defined-By: systemd\n░░ Support: https://www.debian.org/support\n░░ \n` +
    `░░ ${text}.\n░░ \n░░ The job identifier is ${id}${job === 'stop' ? ' and the job result is done' : ''}.`
  );
}

/** What systemd itself says of a unit: each start, each stop, each failure. */
export function unitJournal(services: NodeServices, unit: NodeService): JournalEntry[] {
  const name = `${unit.name}.service`;
  const title = `${name} - ${unit.description}`;
  const entries: JournalEntry[] = [];
  let order = 0;
  const say = (
    time: number,
    message: string,
    explanation?: string,
    other: Partial<Pick<JournalEntry, 'pid' | 'priority'>> = {},
  ): void => {
    const explained = explanation === undefined ? {} : { explanation };
    entries.push({ time, order, identifier: 'systemd', pid: 1, message, ...explained, ...other });
  };
  const ended = (run: UnitRun, end: number): void => {
    if (run.failure !== undefined) {
      const status = run.notExecuted === undefined ? '1/FAILURE' : '203/EXEC';
      if (run.notExecuted !== undefined)
        for (const text of [
          `Failed to locate executable ${run.notExecuted}`,
          `Failed at step EXEC spawning ${run.notExecuted}`,
        ])
          say(end, `${name}: ${text}: No such file or directory`, undefined, { pid: run.mainPid, priority: 3 });
      say(end, `${name}: Main process exited, code=exited, status=${status}`, undefined, { priority: 5 });
      say(end, `${name}: Failed with result 'exit-code'.`, undefined, { priority: 4 });
      return;
    }
    say(end, `Stopping ${title}...`, explained(name, 'begin-stop', run.mainPid + 1));
    say(end, `${name}: Deactivated successfully.`);
    say(end, `Stopped ${title}.`, explained(name, 'stop', run.mainPid + 1));
  };
  for (const [index, run] of services.runs(unit.name).entries()) {
    order = orderOf(index, 'start');
    if (run.restart !== undefined) {
      say(run.start, `${name}: Scheduled restart job, restart counter is at ${run.restart}.`);
      say(run.start, `Stopped ${title}.`);
    }
    say(run.start, `Started ${title}.`, explained(name, 'start', run.mainPid));
    order = orderOf(index, 'end');
    if (run.end !== undefined) ended(run, run.end);
  }
  return entries;
}
