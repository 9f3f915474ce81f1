export {
  QueueFactory,
  type JobEventListener,
  type JobQueue,
  type JobRequest,
  type JobWorker,
  type QueueSettings,
  type RunningJob,
} from './job-queue.js';
