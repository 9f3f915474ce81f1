import { CRON_JOBS, JOBS, type ControllerContext, type CronJob, type Draft, type Job } from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { finishedType } from '../job/job-condition.js';
import { keyOf } from '../object-key.js';
import { controllerReference, isControlledBy } from '../owner-reference.js';
import { timeOf } from '../pod-state.js';
import { isNamespaceTerminating, must } from '../request-failed.js';
import { dueStart, type Due } from './missed-starts.js';
import { isTimeZone, parseSchedule, zonedTime } from './schedule.js';

type CronJobStatus = NonNullable<CronJob['status']>;
type Reference = NonNullable<CronJobStatus['active']>[number];

/** Jobs are looked at a little after they are due. */
const SLACK_MS = 100;
const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

const NO_JOBS: readonly Job[] = [];

/** One reconciliation of a cron job (pkg/controller/cronjob syncCronJob). */
export class CronSync {
  private status: CronJobStatus;

  constructor(
    private readonly context: ControllerContext,
    private readonly cron: CronJob,
    private readonly jobs: readonly Job[],
  ) {
    this.status = cron.status ?? {};
  }

  run(): void {
    this.cleanUp();
    this.noticeFinished();
    try {
      this.start();
    } finally {
      this.writeStatus();
    }
  }

  /** What has been noticed is kept also where the next job could not be made. */
  private writeStatus(): void {
    const fresh = this.context.client.get(CRON_JOBS, this.cron.metadata.namespace, this.cron.metadata.name);
    if (fresh && !jsonEqual(this.cron.status ?? {}, this.status))
      must(this.context.client.updateStatus(CRON_JOBS, { ...fresh, status: this.status }));
  }

  private get active(): readonly Reference[] {
    return this.status.active ?? [];
  }

  private event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.event({ object: this.cron }, type, reason, message);
  }

  private setActive(active: readonly Reference[]): void {
    const { active: _, ...rest } = this.status;
    this.status = active.length > 0 ? { ...rest, active: [...active] } : rest;
  }

  private noticeFinished(): void {
    for (const job of this.jobs) {
      const listed = this.active.some(({ uid }) => uid === job.metadata.uid);
      const finished = finishedType(job);
      if (!listed && !finished)
        this.event(
          'Warning',
          'UnexpectedJob',
          `Saw a job that the controller did not create or forgot: ${job.metadata.name}`,
        );
      else if (listed && finished) {
        this.setActive(this.active.filter(({ uid }) => uid !== job.metadata.uid));
        this.event('Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${finished}`);
      }
      if (finished !== 'Complete') continue;
      if (job.status?.completionTime === this.status.lastSuccessfulTime) continue;
      const done = timeOf(job.status?.completionTime);
      const last = timeOf(this.status.lastSuccessfulTime);
      if (done !== undefined && (last === undefined || done > last))
        this.status = { ...this.status, lastSuccessfulTime: job.status?.completionTime };
    }
    for (const { uid, name = '' } of this.active) {
      if (this.jobs.some(({ metadata }) => metadata.uid === uid)) continue;
      this.event('Normal', 'MissingJob', `Active job went missing: ${name}`);
      this.setActive(this.active.filter((one) => one.uid !== uid));
    }
  }

  /** Keeps so many finished jobs of each kind as the history limits say. */
  private cleanUp(): void {
    const { failedJobsHistoryLimit, successfulJobsHistoryLimit } = this.cron.spec;
    const excess = (type: 'Complete' | 'Failed', limit: number | undefined): readonly Job[] => {
      if (limit === undefined) return NO_JOBS;
      const jobs = this.jobs.filter((job) => finishedType(job) === type);
      if (jobs.length <= limit) return NO_JOBS;
      const start = ({ status, metadata }: Job): string => status?.startTime ?? metadata.creationTimestamp;
      jobs.sort((a, b) => compareStrings(start(a), start(b)) || compareStrings(a.metadata.name, b.metadata.name));
      return jobs.slice(0, jobs.length - limit);
    };
    const goners = [...excess('Complete', successfulJobsHistoryLimit), ...excess('Failed', failedJobsHistoryLimit)];
    for (const job of goners) this.deleteJob(job);
  }

  private deleteJob(job: Job): void {
    const { namespace, name, uid } = job.metadata;
    const deleted = this.context.client.delete(JOBS, namespace, name, { propagationPolicy: 'Background' });
    if (!deleted.ok && deleted.error.reason !== 'NotFound') {
      this.event('Warning', 'FailedDelete', `Deleted job: ${deleted.error.message}`);
      must(deleted);
    }
    this.setActive(this.active.filter((one) => one.uid !== uid));
    this.event('Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  private start(): void {
    const { metadata, spec } = this.cron;
    if (metadata.deletionTimestamp !== undefined) return;
    if (spec.timeZone !== undefined && !isTimeZone(spec.timeZone)) {
      const message = `invalid timeZone: ${JSON.stringify(spec.timeZone)}: unknown time zone ${spec.timeZone}`;
      this.event('Warning', 'UnknownTimeZone', message);
      return;
    }
    if (spec.suspend === true) return;
    const schedule = parseSchedule(spec.schedule, spec.timeZone ?? 'UTC');
    const due = dueStart(this.cron, schedule, this.context.now());
    if (due.invalid) {
      const why = 'time difference between two schedules is less than 1 second';
      this.event('Warning', 'InvalidSchedule', `invalid schedule: ${spec.schedule} : ${why}`);
      return;
    }
    this.startDue(due);
    const next = schedule.next(this.context.now());
    if (next !== undefined) this.context.requeueAfter(keyOf(this.cron), next - this.context.now() + SLACK_MS);
  }

  private startDue({ time, tooManyMissed }: Due): void {
    const { spec } = this.cron;
    const now = this.context.now();
    if (tooManyMissed)
      this.event(
        'Warning',
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      );
    if (time === undefined) return;
    if (spec.startingDeadlineSeconds !== undefined && time + spec.startingDeadlineSeconds * 1000 < now) {
      this.event('Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(time)}`);
      return;
    }
    const name = `${this.cron.metadata.name}-${Math.floor(time / 60_000)}`;
    if (this.active.some((one) => one.name === name) || timeOf(this.status.lastScheduleTime) === time) return;
    if (spec.concurrencyPolicy === 'Forbid' && this.active.length > 0) {
      this.event(
        'Normal',
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
      );
      return;
    }
    if (spec.concurrencyPolicy === 'Replace')
      for (const job of this.jobs) if (this.active.some(({ uid }) => uid === job.metadata.uid)) this.deleteJob(job);
    this.create(name, time);
  }

  /** A job of this cron job that its status does not list. */
  private isForgotten(job: Job): boolean {
    return isControlledBy(job, this.cron) && !this.active.some(({ uid }) => uid === job.metadata.uid);
  }

  private create(name: string, time: number): void {
    const { spec, metadata } = this.cron;
    const { jobTemplate } = spec;
    const draft = {
      metadata: {
        name,
        namespace: metadata.namespace,
        ...(jobTemplate.metadata?.labels ? { labels: jobTemplate.metadata.labels } : {}),
        annotations: { ...jobTemplate.metadata?.annotations, [SCHEDULED_AT]: zonedTime(time, spec.timeZone ?? '') },
        ownerReferences: [controllerReference(this.cron)],
      },
      spec: jobTemplate.spec,
    } as Draft<Job>;
    const created = this.context.client.create(JOBS, draft);
    const exists = !created.ok && created.error.reason === 'AlreadyExists';
    if (!created.ok && !exists) {
      if (isNamespaceTerminating(created.error)) return;
      this.event('Warning', 'FailedCreate', `Error creating job: ${created.error.message}`);
    }
    const job = exists ? this.context.client.get(JOBS, metadata.namespace, name) : must(created);
    if (!job || (exists && !this.isForgotten(job))) return;
    if (!exists) this.event('Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    const { uid, resourceVersion, namespace } = job.metadata;
    const reference: Reference = { kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion };
    this.status = { ...this.status, active: [...this.active, reference], lastScheduleTime: formatTime(time) };
  }
}

/** Go's time.RFC1123Z in UTC. */
const rfc1123 = (time: number): string => new Date(time).toUTCString().replace('GMT', '+0000');
