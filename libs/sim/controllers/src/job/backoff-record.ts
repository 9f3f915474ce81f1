import type { ObjectReader } from '@seatrial/apiserver';
import { Attached } from '@seatrial/kernel';

/** How often a job's pods have failed in a row, and when the last one did (pkg/controller/job backoff_utils.go). */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailure: number;
}

const NONE: BackoffRecord = { failures: 0, lastFailure: 0 };
const records = new Attached<ObjectReader, Map<string, BackoffRecord>>();

const recordsOf = (client: ObjectReader): Map<string, BackoffRecord> => {
  const all = records.get(client) ?? new Map<string, BackoffRecord>();
  records.set(client, all);
  return all;
};

/** What the controller remembers of a job, whose failed pods may be gone by now. */
export const backoffRecord = (client: ObjectReader, uid: string): BackoffRecord => recordsOf(client).get(uid) ?? NONE;

export function keepBackoffRecord(client: ObjectReader, uid: string, record: BackoffRecord): void {
  recordsOf(client).set(uid, record);
}

/** The record after pods that ended at these times: a success forgets the failures before it. */
export function nextBackoffRecord(
  before: BackoffRecord,
  succeededAt: readonly number[],
  failedAt: readonly number[],
): BackoffRecord {
  const lastSuccess = succeededAt.length > 0 ? Math.max(...succeededAt) : undefined;
  if (lastSuccess === undefined)
    return failedAt.length === 0
      ? before
      : { failures: before.failures + failedAt.length, lastFailure: Math.max(...failedAt) };
  const after = failedAt.filter((time) => time > lastSuccess);
  return after.length === 0 ? NONE : { failures: after.length, lastFailure: Math.max(...after) };
}
