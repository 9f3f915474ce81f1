export {
  ZERO,
  addFractions,
  compareFractions,
  fraction,
  fractionText,
  parseFraction,
  sumFractions,
  type Fraction,
} from './fraction.js';
export { GRADING_QUEUE, type GradingJob, type RunProgress } from './grading-job.js';
export {
  DEFAULT_SUBMISSION_LIMITS,
  type SubmissionContent,
  type SubmissionLimits,
  type SubmittedFile,
} from './submission.js';
export type {
  CheckResult,
  CheckStatus,
  Evidence,
  LocalizedText,
  Outcome,
  SkippedText,
  SourcePlace,
  StepRecord,
  SubmissionProblem,
  Verdict,
  IdentifierBinding,
  IdentifierKind,
  Visibility,
} from './verdict.js';
