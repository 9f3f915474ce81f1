export { startWorker, type RunningWorker } from './start-worker.js';
export { ThreadReplayRunner } from './thread-replay-runner.js';
