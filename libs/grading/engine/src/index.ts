export { ENGINE_VERSION } from './engine-version.js';
export { digestSubmission, grade, refuse, type GradeOptions } from './grade.js';
export { loadExercise, type LoadedCheck, type LoadedExercise } from './load-exercise.js';
export { SessionBindings, type BoundCommand } from './binding/session-bindings.js';
export { openSimulatedReplay } from './open-simulated-replay.js';
export { type StepListener } from './replay-submission.js';
export {
  type CommandResult,
  type OpenReplay,
  type ReplayOptions,
  type ReplayWorld,
  type TypedCommand,
} from './replay-world.js';
