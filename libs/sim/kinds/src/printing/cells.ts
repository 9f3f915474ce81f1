import { humanDuration, parseTime } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

/* What several tables print alike (k8s.io/kubernetes/pkg/printers/internalversion, v1.35). */

/** `5m3s`, `<unknown>` without a time. */
export function ageCell(timestamp: string | undefined, now: number): string {
  const time = timestamp === undefined ? undefined : parseTime(timestamp);
  return time === undefined ? '<unknown>' : humanDuration(now - time);
}

const NONE = '<none>';

/** Container names and images of a template, comma separated. */
export function containerCells(containers: readonly core.Container[] | undefined): [names: string, images: string] {
  return [
    (containers ?? []).map(({ name }) => name).join(','),
    (containers ?? []).map(({ image }) => image ?? '').join(','),
  ];
}

/** Labels as `a=b,c=d` sorted, `<none>` when there are none (labels.FormatLabels). */
export function labelsCell(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.keys(labels ?? {}).sort();
  return entries.length === 0 ? NONE : entries.map((key) => `${key}=${labels?.[key] ?? ''}`).join(',');
}

export { NONE };
