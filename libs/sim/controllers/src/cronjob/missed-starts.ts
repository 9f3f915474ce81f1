import type { CronJob } from '@seatrial/apiserver';
import { timeOf } from '../pod-state.js';
import type { Schedule } from './schedule.js';

const TOO_MANY = 100;

export interface Due {
  /** The latest instant (ms) that has come and has not been seen to. */
  readonly time: number | undefined;
  readonly tooManyMissed: boolean;
  /** The schedule has no two instants: the 31st of a short month. */
  readonly invalid?: true;
}

/** Which start is due (mostRecentScheduleTime): the last one passed since the job before, the creation or the deadline. */
export function dueStart(cron: CronJob, schedule: Schedule, now: number): Due {
  return mostRecentStart(cron, schedule, now, cron.spec.startingDeadlineSeconds);
}

/** When a cron job is to be looked at again (nextScheduleTimeDuration): the first start after what is due, whether that was made or not. */
export function nextStart(cron: CronJob, schedule: Schedule, now: number): number | undefined {
  const { time, invalid } = mostRecentStart(cron, schedule, now, undefined);
  return invalid ? undefined : schedule.next(time ?? now);
}

function mostRecentStart(
  { metadata, status }: CronJob,
  schedule: Schedule,
  now: number,
  deadlineSeconds: number | undefined,
): Due {
  let earliest = timeOf(status?.lastScheduleTime) ?? timeOf(metadata.creationTimestamp) ?? now;
  if (deadlineSeconds !== undefined) earliest = Math.max(earliest, now - deadlineSeconds * 1000);
  const first = schedule.next(earliest);
  if (first === undefined) return { time: undefined, tooManyMissed: false, invalid: true };
  if (now < first) return { time: undefined, tooManyMissed: false };
  const second = schedule.next(first);
  if (second === undefined || now < second) return { time: first, tooManyMissed: false };
  // Long gaps are crossed by whole periods, as the distance of two starts tells them; an uneven schedule may so lose one.
  const period = second - first;
  const missed = Math.floor((now - first) / period) + 1;
  let last: number | undefined;
  for (
    let time = schedule.next(first + (missed - 2) * period);
    time !== undefined && time <= now;
    time = schedule.next(time)
  )
    last = time;
  return { time: last, tooManyMissed: last !== undefined && missed > TOO_MANY };
}
