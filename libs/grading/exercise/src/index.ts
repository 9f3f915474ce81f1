export type { Exercise, ExerciseCheck, ExerciseLimits, ExerciseSample, ExerciseTask } from './exercise.js';
export { isGradingFile, readExercise, type ExerciseFolder } from './read-exercise.js';
export { readSamples } from './read-samples.js';
export { SourceNode, readSource, type ExerciseError } from './source-node.js';
