import type { Fraction } from './fraction.js';

/** A text that a student or instructor reads, in the platform's languages. */
export interface LocalizedText {
  readonly en: string;
  readonly es: string;
}

/**
 * How a run ended: `submission_error` is the student's doing (unparsable, over budget), `needs_review` touched what is
 * not simulated (the score is provisional), `grader_error` is ours and never counts as a zero.
 */
export type Outcome = 'graded' | 'submission_error' | 'needs_review' | 'grader_error';

/** Who may see a check's result: everyone, students only after the due date, or staff only. */
export type Visibility = 'always' | 'after-due' | 'never';

/** `skipped`: a check it needs has not passed. `unsupported`: it could not be decided. */
export type CheckStatus = 'passed' | 'failed' | 'skipped' | 'unsupported';

/** What a reason rests on. */
export interface Evidence {
  readonly kind: 'object' | 'event' | 'command' | 'response' | 'log' | 'hop';
  /** What it is: `Service/web in namespace default`, a command line, a URL. */
  readonly subject: string;
  /** What was found there. */
  readonly found: string;
  /** The command (counted from 1) it belongs to. */
  readonly step?: number;
  /** Virtual milliseconds since the replay began. */
  readonly atMs?: number;
}

export interface CheckResult {
  readonly id: string;
  readonly title: LocalizedText;
  readonly status: CheckStatus;
  readonly points: Fraction;
  readonly earned: Fraction;
  readonly visibility: Visibility;
  /** Why points were lost; absent when the check passed. */
  readonly reason?: LocalizedText;
  readonly hints: readonly LocalizedText[];
  readonly evidence: readonly Evidence[];
}

/** A place in what was handed in. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Why a submission could not be replayed. */
export interface SubmissionProblem {
  readonly code:
    | 'empty_submission'
    | 'not_yaml'
    | 'not_a_manifest'
    | 'unknown_kind'
    | 'invalid_path'
    | 'not_a_transcript'
    | 'binary_content'
    | 'over_budget'
    | 'too_large';
  readonly message: LocalizedText;
  readonly place?: SourcePlace;
}

/** One command of the replay. Long output is cut. */
export interface StepRecord {
  /** Counted from 1. */
  readonly step: number;
  readonly place: SourcePlace;
  readonly command: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Virtual milliseconds since the replay began: when it was typed, and when the cluster had settled. */
  readonly startMs: number;
  readonly endMs: number;
  /** What it asked for that is not simulated. */
  readonly unsupported: readonly string[];
  /** Why it did not end by itself: it followed something for ever, or used up what one command may use. */
  readonly stopped?: LocalizedText;
  /** The releases of Kubernetes that changed what it relied on, in words. */
  readonly releases?: readonly LocalizedText[];
  /** What was run, where identifiers of the student's own cluster were replaced by the replay's. */
  readonly ran?: string;
  /** Virtual ms that passed in it because its pasted output shows that the student had waited. */
  readonly waitedMs?: number;
  /** Lines that the transcript shows as its output and the replay did not print (the first ten); no points are lost. */
  readonly claimDiffers?: readonly string[];
}

/** `name`: of a pod, replica set or job with a generated ending. `token`: of kubeadm or a service account. */
export type IdentifierKind =
  'file' | 'name' | 'address' | 'nodePort' | 'token' | 'digest' | 'containerId' | 'uid' | 'node';

/** An identifier of the student's own cluster in a command, and what it stands for in the replay. */
export interface IdentifierBinding {
  readonly kind: IdentifierKind;
  readonly from: string;
  readonly to: string;
  /**
   * `output`: it has the same place in the output that the transcript shows. `candidate`: nothing else can be meant.
   * `ambiguous`: one of several that could be meant; the run needs a review.
   */
  readonly how: 'output' | 'candidate' | 'ambiguous';
  /** The command that was rewritten first, and its place. */
  readonly step: number;
  readonly place: SourcePlace;
  readonly command: string;
}

/** A piece of a transcript that was not run, and why. */
export interface SkippedText {
  readonly line: number;
  readonly text: string;
  readonly reason: 'output' | 'prose' | 'comment' | 'fence' | 'prompt-only' | 'interrupted';
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly score: Fraction;
  readonly maximum: Fraction;
  readonly checks: readonly CheckResult[];
  readonly problem?: SubmissionProblem;
  /** What was not simulated, when the outcome is `needs_review`. */
  readonly unsupported: readonly {
    readonly what: string;
    readonly step?: number;
    readonly checks: readonly string[];
  }[];
  readonly steps: readonly StepRecord[];
  readonly skipped: readonly SkippedText[];
  /** Identifiers of the student's own cluster that were replaced; absent where there were none. */
  readonly bindings?: readonly IdentifierBinding[];
  /** How long the replay took in virtual time, ms. */
  readonly virtualMs: number;
  readonly submissionDigest: string;
  readonly exerciseDigest: string;
  readonly engineVersion: string;
  readonly seed: string;
  /** SHA-256 over the four above and the result: the same wherever it is replayed. */
  readonly digest: string;
}
