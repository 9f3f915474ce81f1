import type { CommandResult } from '../replay-world.js';
import { LOOK_AGAIN_MS, pauseShown } from './shown-pause.js';

/** The clock that a replay lets run on. */
interface PaceWorld {
  readonly startTime: number;
  now(): number;
  wait(ms: number): void;
}

interface PacedCommand {
  readonly script: string;
  /** What the transcript shows as its output. */
  readonly claimed: string | undefined;
  readonly isStudents: (name: string) => boolean;
}

interface PacedResult {
  readonly result: CommandResult;
  readonly waitedMs: number;
}

const MINUTE_MS = 60_000;
/** Who goes to lunch, or on the next day, does not have the replay wait as long. */
const LONGEST_STEP_MS = 15 * MINUTE_MS;
const LONGEST_MS = 60 * MINUTE_MS;
/** What never gets ready, or what a paste only claims, is not waited for each time. */
const LONGEST_LOOKING_MS = 6 * MINUTE_MS;
const MOST_LOOKS = 12;

const FILTER = /^\s*(?:grep|egrep|head|tail|wc|sort|uniq|awk|sed|cut|column|jq|yq|cat|less|more|tr)\b/;
const LOOKS =
  /^\s*(?:sudo\s+)?(?:(?:kubectl|k|oc|minikube\s+kubectl\s+--)\s+(?:(?:-n|--namespace|--context)[= ]\S+\s+|-A\s+)*(?:get|top|logs|describe)\s|curl\s)/;
const CHANGES_OR_STAYS =
  /[;&<>`]|\$\(|\s(?:-w|--watch\S*|-f|--follow\S*|-X|--request|-d|--data\S*|-T|-F|-o|-O|--output)(?:[= ]|$)/;
/** `-o yaml` of kubectl, where `-o` of curl writes a file. */
const SHOWN_FORM = /\s(?:-o|--output)[= ]?(?:wide|yaml|json|name|jsonpath\S*|custom-columns\S*)(?=\s|$)/g;

/** Whether a command can be typed again without changing anything. */
function onlyLooks(script: string): boolean {
  const [first = '', ...filters] = script.replace(/'[^']*'|"[^"]*"/g, '""').split('|');
  return (
    LOOKS.test(first) &&
    !CHANGES_OR_STAYS.test(first.replace(SHOWN_FORM, '')) &&
    filters.every((filter) => FILTER.test(filter) && !/[;&<>`]|\$\(|-i\b/.test(filter))
  );
}

/**
 * Lets virtual time pass where the pasted output of a command shows that the student waited: tables whose ages are
 * higher, what is ready there and not yet here. A command that only looks is then run again.
 */
export class StudentsPace {
  private leftMs = LONGEST_MS;
  private lookingLeftMs = LONGEST_LOOKING_MS;

  constructor(private readonly world: PaceWorld) {}

  /** The result of a command at the student's time, and how long that was waited for. */
  keep(first: CommandResult, command: PacedCommand, again: () => CommandResult): PacedResult {
    if (command.claimed === undefined) return { result: first, waitedMs: 0 };
    const looks = onlyLooks(command.script);
    let result = first;
    let stepMs = 0;
    for (let looked = 0; looked < MOST_LOOKS; looked++) {
      const wanted = this.pauseAfter(result, command.claimed, command);
      const isLooking = wanted === LOOK_AGAIN_MS;
      const pause = Math.min(wanted, LONGEST_STEP_MS - stepMs, this.leftMs, isLooking ? this.lookingLeftMs : wanted);
      if (pause < LOOK_AGAIN_MS || (isLooking && !looks)) break;
      this.world.wait(pause);
      stepMs += pause;
      this.leftMs -= pause;
      if (isLooking) this.lookingLeftMs -= pause;
      if (!looks) break;
      result = again();
    }
    return { result, waitedMs: stepMs };
  }

  private pauseAfter({ stdout, stderr }: CommandResult, claimed: string, { isStudents }: PacedCommand): number {
    const sinceStartMs = this.world.now() - this.world.startTime;
    return pauseShown({ claimed, printed: `${stdout}\n${stderr}`, sinceStartMs, isStudents });
  }
}
