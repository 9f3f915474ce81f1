import type { GradedWorld } from '@seatrial/checks';
import type { ClusterProfile } from '@seatrial/cluster';
import type { SubmittedFile } from '@seatrial/contracts';
import type { ImageDefinition } from '@seatrial/images';
import type { SimulationBudget } from '@seatrial/kernel';
import type { BroughtFile } from './handed-in-files.js';
import type { StepStopReason } from '@seatrial/shell';

/** What one command printed and how it ended. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** What it asked for that is not simulated. */
  readonly unsupported: readonly string[];
  /** Why it was stopped; undefined when it ended by itself. */
  readonly stopReason?: StepStopReason | undefined;
  /** Virtual milliseconds it ran for. */
  readonly durationMs?: number;
}

/** How a command was typed. */
export interface TypedCommand {
  /** What was typed into it while it ran. */
  readonly input?: string;
  /** The machine of the terminal: another node's name, where the prompt says so. */
  readonly terminal?: string;
  /** The transcript shows that it did not find a file. */
  readonly foundNothing?: boolean;
}

/** A cluster with a student's shell on it: what a replay needs, and what checks look at. */
export interface ReplayWorld extends Omit<GradedWorld, 'steps'> {
  /** Puts a file into the student's working directory: the exercise's, or one that was handed in. */
  writeFile(path: string, content: string, from: 'exercise' | 'student'): void;
  /** Files that the last command looked for elsewhere. */
  takeBrought(): readonly BroughtFile[];
  /** Types a command and runs virtual time until it has ended. */
  runCommand(script: string, typed?: TypedCommand): CommandResult;
  /** Lets virtual time pass until the cluster is quiet (conformance/README.md: Settling). */
  settle(): void;
  /** Which cluster the checks look at, where it is not the exercise's own (docs/decisions/007). */
  standIn?(): string | undefined;
}

export interface ReplayOptions {
  readonly seed: string;
  /** The exercise's cluster. */
  readonly profile: ClusterProfile;
  /** The exercise's own images. */
  readonly images?: readonly ImageDefinition[];
  /** What the exercise has put on the web, and into repositories (libs/grading/exercise `Exercise`). */
  readonly webFiles?: readonly SubmittedFile[];
  readonly repositoryFiles?: readonly SubmittedFile[];
  readonly budget: Partial<SimulationBudget>;
}

export type OpenReplay = (options: ReplayOptions) => ReplayWorld;
