import type { Fraction, LocalizedText, SubmittedFile, Visibility } from '@seatrial/contracts';
import type { SourceNode } from './source-node.js';

/** One check as the exercise asks for it; its type's own code reads `parameters`. */
export interface ExerciseCheck {
  readonly id: string;
  readonly type: string;
  /** The task it belongs to. */
  readonly task?: string;
  readonly title: LocalizedText;
  readonly points: Fraction;
  /** Checks that must have passed; otherwise this one is skipped. */
  readonly needs: readonly string[];
  readonly visibility: Visibility;
  readonly hints: readonly LocalizedText[];
  readonly parameters: SourceNode;
  readonly source: SourceNode;
}

export interface ExerciseTask {
  readonly id: string;
  readonly text: LocalizedText;
}

export interface ExerciseLimits {
  /** Commands of one transcript. */
  readonly commands: number;
  /** Virtual time of one replay, minutes. */
  readonly virtualMinutes: number;
}

/** An exercise as its folder describes it. */
export interface Exercise {
  readonly id: string;
  readonly title: LocalizedText;
  readonly text: LocalizedText;
  /** Which cluster the student gets. */
  readonly cluster: string;
  /** What it changes about that cluster (a mapping with `profile` and settings), or the profile's bare name. */
  readonly clusterSettings: SourceNode;
  /** Images of its own, which nodes can pull (libs/sim/images DeclaredImage); the engine reads them. */
  readonly images: SourceNode;
  /** Put in the student's working directory before the first command (the folder's `given/`). */
  readonly givenFiles: readonly SubmittedFile[];
  /** Files that the student's machines find on the web, by host and path (`web/files.example.org/app.yaml`). */
  readonly webFiles: readonly SubmittedFile[];
  /** Files of repositories that can be cloned (`git/github.com/acme/lab/app.yaml`). */
  readonly repositoryFiles: readonly SubmittedFile[];
  readonly tasks: readonly ExerciseTask[];
  /** In an order in which each comes after those it needs. */
  readonly checks: readonly ExerciseCheck[];
  readonly limits: ExerciseLimits;
  /** SHA-256 over what decides a grade: exercise.yaml and the files that come with it. */
  readonly digest: string;
}

/** A solution or mistake that comes with an exercise, or a student's sample. */
export interface ExerciseSample {
  /** The folder: `solutions/imperative`. */
  readonly path: string;
  readonly manifests: readonly SubmittedFile[];
  readonly transcript?: string;
  /** What `expected.yaml` says about it. */
  readonly expected?: { readonly score: Fraction; readonly failing: readonly string[] };
  /** Who hands it in (samples only). */
  readonly student?: string;
}
