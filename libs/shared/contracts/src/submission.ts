/** One file of a submission. */
export interface SubmittedFile {
  /** Relative to the submission's folder, with `/`, without `..`. */
  readonly path: string;
  readonly content: string;
}

/** What a student hands in: manifests, a command transcript, or both. */
export interface SubmissionContent {
  readonly manifests: readonly SubmittedFile[];
  readonly transcript?: string;
}

/** What a submission may be, and how long one replay may take. Sizes in bytes of UTF-8. */
export interface SubmissionLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

export const DEFAULT_SUBMISSION_LIMITS: SubmissionLimits = { maxBytes: 5 * 1024 * 1024, maxFiles: 200 };
