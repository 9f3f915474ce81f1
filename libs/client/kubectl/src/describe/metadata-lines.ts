import type { KubeObject, OwnerReference } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { humanDuration, parseTime } from '@seatrial/schema';
import { shorten, type DescriptionWriter } from './tabbed-text.js';

type Labels = Readonly<Record<string, string>> | undefined;

const MAX_ANNOTATION_LENGTH = 140;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const sortedEntries = (labels: Labels): [string, string][] =>
  Object.entries(labels ?? {}).sort(([a], [b]) => compareStrings(a, b));

/**
 * `Labels:  a=b`, one a line, aligned under the first. Each piece is a write of its own, as describe's: within a nested
 * writer each has its indentation.
 */
export function writeLabels(w: DescriptionWriter, title: string, labels: Labels, indent = ''): void {
  w.write(0, `${indent}${title}:\t`);
  const entries = sortedEntries(labels);
  if (entries.length === 0) w.write(0, '<none>\n');
  entries.forEach(([key, value], index) => {
    if (index > 0) for (const piece of [indent, '\t']) w.write(0, piece);
    w.write(0, `${key}=${value}\n`);
  });
}

/** A title and lines under each other in the column after it; `<none>` for no lines. */
export function writeLines(w: DescriptionWriter, title: string, lines: readonly string[], indent = ''): void {
  w.write(0, `${title}:\t${lines.length === 0 ? '<none>' : lines.join(`\n${indent}\t`)}\n`);
}

/** Annotations but kubectl's own; long values and those of several lines stand under their key. */
export function writeAnnotations(w: DescriptionWriter, title: string, annotations: Labels): void {
  w.write(0, `${title}:\t`);
  const entries = sortedEntries(annotations).filter(([key]) => key !== LAST_APPLIED);
  if (entries.length === 0) w.write(0, '<none>\n');
  entries.forEach(([key, text], index) => {
    if (index > 0) w.write(0, '\t');
    const value = text.endsWith('\n') ? text.slice(0, -1) : text;
    if (value.length + key.length + 2 <= MAX_ANNOTATION_LENGTH && !value.includes('\n')) {
      w.write(0, `${key}: ${value}\n`);
      return;
    }
    w.write(0, `${key}:\n`);
    for (const line of value.split('\n')) w.write(0, `\t  ${shorten(line, MAX_ANNOTATION_LENGTH - 2)}\n`);
  });
}

/** Labels on one line, sorted as whole words (labels.FormatLabels). */
export function formatLabels(labels: Labels): string {
  const words = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return words.sort(compareStrings).join(',') || '<none>';
}

/** `Name`, and `Namespace` for namespaced kinds. */
export function writeName(w: DescriptionWriter, object: KubeObject, namespaced = true): void {
  w.field('Name', object.metadata.name);
  if (namespaced) w.field('Namespace', object.metadata.namespace ?? '');
}

export function writeLabelsAndAnnotations(w: DescriptionWriter, object: KubeObject): void {
  writeLabels(w, 'Labels', object.metadata.labels);
  writeAnnotations(w, 'Annotations', object.metadata.annotations);
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}

export function writeController(w: DescriptionWriter, object: KubeObject): void {
  const controller = controllerOf(object);
  if (controller) w.field('Controlled By', `${controller.kind}/${controller.name}`);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ZERO_TIME = 'Mon, 01 Jan 0001 00:00:00 +0000';

/** An RFC 3339 time as Go's RFC1123Z prints it, in UTC; Go's zero time for none. */
export function rfc1123(time: string | null | undefined): string {
  const ms = time ? parseTime(time) : undefined;
  if (ms === undefined) return ZERO_TIME;
  const date = new Date(ms);
  const iso = date.toISOString();
  const day = DAYS[date.getUTCDay()];
  const month = MONTHS[date.getUTCMonth()];
  return `${day}, ${iso.slice(8, 10)} ${month} ${iso.slice(0, 4)} ${iso.slice(11, 19)} +0000`;
}

/** How long ago, as kubectl shows ages; `<unknown>` without a time. */
export function since(time: string | null | undefined, now: number): string {
  const ms = time ? parseTime(time) : undefined;
  return ms === undefined ? '<unknown>' : humanDuration(now - ms);
}

/** `True` and `False`, as describe writes some booleans; `<unset>` for none. */
export const boolText = (value: boolean | null | undefined): string =>
  value === undefined || value === null ? '<unset>' : value ? 'True' : 'False';

/** A list as Go's `%v` prints it. */
export const goList = (items: readonly unknown[] | undefined | null): string => `[${(items ?? []).join(' ')}]`;
