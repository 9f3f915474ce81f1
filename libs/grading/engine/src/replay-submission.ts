import type { IdentifierBinding, StepRecord, SubmissionContent, SubmissionProblem } from '@seatrial/contracts';
import { BudgetExceededError } from '@seatrial/kernel';
import { explainRelease } from '@seatrial/schema';
import { asksForTerminal } from './asks-for-terminal.js';
import { typedAsInstaller } from './binding/installer-session.js';
import { SessionBindings } from './binding/session-bindings.js';
import { StudentsPace } from './pace/students-pace.js';
import type { CommandResult, ReplayWorld } from './replay-world.js';
import { findLeftRunning, type LeftRunning } from './second-terminal.js';
import { budgetInWords, stopInWords } from './stop-reason.js';
import { findUnknownKind, type PlannedCommand } from './submission-plan.js';

/** Told before each command: how many were done, and which comes. */
export type StepListener = (done: number, total: number, command: string) => void;

export interface Replay {
  readonly steps: readonly StepRecord[];
  /** Set when the replay could not go on to its end, or a manifest was refused for its kind. */
  readonly problem?: SubmissionProblem;
  /** Identifiers of the student's own cluster that were replaced by the replay's. */
  readonly bindings: readonly IdentifierBinding[];
}

/** Output of one command kept in the verdict, UTF-16 code units. */
const KEPT_OUTPUT = 8192;

/** What commands say when a file is not there. */
const NOT_FOUND = /does not exist|no such file or directory|cannot find the (?:path|file)/i;
const MISSING_FILE = /the path "([^"\n]+)" does not exist|(?:^|[\s:])'?([\w./~@+-]+)'?: no such file or directory/i;

const WATCHES = /\s(?:-w|--watch(?:-only)?)(?:=true)?(?:\s|$)|^\s*watch\s/;

const cut = (text: string): string => (text.length > KEPT_OUTPUT ? `${text.slice(0, KEPT_OUTPUT)}…` : text);

/** Types the commands one after another, letting the cluster settle after each. */
export function replaySubmission(
  world: ReplayWorld,
  submission: SubmissionContent,
  commands: readonly PlannedCommand[],
  onStep: StepListener,
): Replay {
  const steps: StepRecord[] = [];
  const bound = new SessionBindings(world);
  bound.foresee(commands.flatMap(({ output }) => output ?? []));
  const left = findLeftRunning(commands);
  const replaying = { world, bound, pace: new StudentsPace(world), manifests: submission.manifests, left };
  let problem: SubmissionProblem | undefined;
  for (const [index, command] of commands.entries()) {
    onStep(index, commands.length, command.text);
    try {
      const earlier = commands.slice(0, index).map(({ text }) => text);
      const step = withReleases(runStep(replaying, index + 1, command, earlier), earlier);
      steps.push(step);
      for (const { until, stop } of left.values()) if (until === index) world.runCommand(stop);
      if (step.exit !== 0) problem ??= findUnknownKind(submission, command.place.file, step.stderr);
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      return { steps, bindings: bound.bindings, problem: overBudget(error, command) };
    }
  }
  return { steps, bindings: bound.bindings, ...(problem && { problem }) };
}

/** What goes on from command to command. */
interface Replaying {
  readonly world: ReplayWorld;
  readonly bound: SessionBindings;
  readonly pace: StudentsPace;
  readonly manifests: SubmissionContent['manifests'];
  readonly left: ReadonlyMap<number, LeftRunning>;
}

function runStep(
  { world, bound, pace, manifests, left }: Replaying,
  step: number,
  planned: PlannedCommand,
  earlier: readonly string[],
): StepRecord {
  const { text, place, output, input } = planned;
  const startMs = world.now() - world.startTime;
  const typed = typedAsInstaller(planned, earlier, /\bkubeadm\s+join\b/.test(text) ? (world.list('Node') ?? []) : []);
  const { terminal } = typed;
  const script = bound.rewrite({ step, ...planned, text: typed.script });
  const lines = input?.map((line) => bound.rewrite({ step, ...planned, text: line }));
  const keys = lines ? `${lines.join('\n')}\n` : asksForTerminal(script) ? '' : undefined;
  const run = (): CommandResult =>
    world.runCommand(left.get(step - 1)?.script(script) ?? script, {
      ...(keys !== undefined && { input: keys }),
      ...(terminal !== undefined && { terminal }),
      ...(output !== undefined && NOT_FOUND.test(output) && { foundNothing: true }),
    });
  const isStudents = (name: string): boolean =>
    earlier.some((command) => command.includes(name)) || manifests.some(({ content }) => content.includes(name));
  const { result, waitedMs } = pace.keep(run(), { script, claimed: output, isStudents }, run);
  world.settle();
  bound.noteFiles(world.takeBrought(), { step, ...planned });
  // What a command left running may be stopped while the cluster settles.
  const { stdout, stderr, exit, unsupported, stopReason, durationMs = 0 } = result;
  const claimDiffers = bound.learn(output, `${stdout}\n${stderr}`, WATCHES.test(script));
  return {
    step,
    place,
    command: text,
    exit,
    stdout: cut(stdout),
    stderr: cut(stderr),
    startMs,
    endMs: world.now() - world.startTime,
    unsupported: [...unsupported, ...notHandedIn(output, stderr)],
    ...(stopReason && { stopped: stopInWords(stopReason, durationMs) }),
    ...(script !== text && { ran: script }),
    ...(waitedMs > 0 && { waitedMs }),
    ...(claimDiffers.length > 0 && { claimDiffers }),
  };
}

/** Files that a command did not find here, while the transcript shows that it found them. */
function notHandedIn(output: string | undefined, stderr: string): string[] {
  const [, quoted, named] = MISSING_FILE.exec(stderr) ?? [];
  const file = quoted ?? named;
  return file === undefined || output === undefined || NOT_FOUND.test(output)
    ? []
    : [`the file ${file}, which was not handed in`];
}

/** Names the releases that changed what a command was refused for. */
function withReleases(step: StepRecord, earlier: readonly string[]): StepRecord {
  const releases = explainRelease(step, earlier).map(({ text }) => text);
  return releases.length === 0 ? step : { ...step, releases };
}

export function overBudget(error: BudgetExceededError, { text, place }: PlannedCommand): SubmissionProblem {
  const { en, es } = budgetInWords(error.budget);
  const line = place.line ?? 1;
  const command = text.split('\n')[0]?.slice(0, 80) ?? '';
  return {
    code: 'over_budget',
    message: {
      en: `line ${String(line)}: “${command}” used up the budget of ${String(error.limit)} ${en}`,
      es: `línea ${String(line)}: «${command}» agotó el límite de ${String(error.limit)} ${es}`,
    },
    place,
  };
}
