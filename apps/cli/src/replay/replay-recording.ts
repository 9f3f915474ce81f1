import { recordedProfile, type ClusterAddon } from '@seatrial/cluster';
import { BudgetExceededError } from '@seatrial/kernel';
import { openWorkstation, type Workstation } from '@seatrial/workstation';
import { finalEvents, finalObjects } from './final-state.js';
import type { RecordedStep, Recording } from './recording.js';

const COMMAND_LIMIT_MS = 60_000;

/** `20s`, `1m30s`, `500ms` in milliseconds. */
function parseWait(text: string): number {
  const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) total += Number(amount) * unitMs[unit];
  return total;
}

function replayStep(step: RecordedStep, workstation: Workstation): RecordedStep {
  const { simulation } = workstation.cluster;
  if (step.run === undefined) {
    simulation.runUntil(simulation.now() + parseWait(step.wait ?? '0s'));
    return { ...step };
  }
  const result = workstation.run(step.run, { timeoutMs: COMMAND_LIMIT_MS });
  if (step.settle !== 'none') workstation.settle(step.settle === undefined ? undefined : step.settle * 1000);
  const { stdout, stderr, exit, unsupported, durationMs: ms } = result;
  const settle = step.settle === undefined ? {} : { settle: step.settle };
  return { run: step.run, stdout, stderr, exit, ms, ...settle, ...(unsupported.length > 0 && { unsupported }) };
}

/** Replays one recorded session on a new cluster and returns it with the simulated answers. */
export function replayRecording(recording: Recording): Recording {
  const addons = (recording.cluster?.addons ?? []) as ClusterAddon[];
  const workstation = openWorkstation({
    profile: { ...recordedProfile, addons },
    seed: `${recording.area}/${recording.scenario}`,
    files: recording.files ?? {},
    internet: false,
  });
  const { cluster } = workstation;
  const before = new Set(finalObjects(cluster).map((object) => object.metadata.uid));
  const steps: RecordedStep[] = [];
  for (const step of recording.steps) {
    try {
      steps.push(replayStep(step, workstation));
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      steps.push({ ...step, stdout: '', stderr: `seatrial: ${error.message}\n`, exit: 1 });
      break;
    }
  }
  return {
    scenario: recording.scenario,
    area: recording.area,
    ...(recording.title !== undefined && { title: recording.title }),
    ...(recording.files && { files: recording.files }),
    steps,
    objects: finalObjects(cluster).filter(
      ({ kind, metadata }) => kind === 'Namespace' || kind === 'Node' || !before.has(metadata.uid),
    ),
    events: finalEvents(cluster),
  };
}
