import type { Job } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';

export type JobStatus = NonNullable<Job['status']>;
export type JobCondition = NonNullable<JobStatus['conditions']>[number];

const NO_CONDITIONS: readonly JobCondition[] = [];

export function jobCondition(job: Job, type: string): JobCondition | undefined {
  const conditions = job.status?.conditions ?? NO_CONDITIONS;
  for (let i = 0; i < conditions.length; i++)
    if (conditions[i].type === type && conditions[i].status === 'True') return conditions[i];
  return undefined;
}

/** Which terminal condition a job has (util.FinishedCondition). */
export const finishedType = (job: Job): 'Complete' | 'Failed' | undefined =>
  jobCondition(job, 'Complete') ? 'Complete' : jobCondition(job, 'Failed') ? 'Failed' : undefined;

export function newJobCondition(
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: number,
): JobCondition {
  const time = formatTime(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true;
export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const onlyReplacesFailed = ({ spec }: Job): boolean =>
  (spec as { podReplacementPolicy?: string }).podReplacementPolicy === 'Failed';
