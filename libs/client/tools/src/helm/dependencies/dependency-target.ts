import { resolvePath, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { textIn } from '../chart/chart-metadata.js';
import type { Chart } from '../chart/chart.js';
import { loadChart } from '../chart/load-chart.js';
import { cleanPath } from '../clean-path.js';
import { failHelm } from '../helm-failure.js';

export const FILE = 'file://';

/** A chart's folder whose dependencies are looked after. */
export interface DependencyTarget {
  /** As it was typed. */
  readonly argument: string;
  readonly folder: string;
  readonly chart: Chart;
  /** Prints what is being done, where anybody is to see it. */
  readonly tell: Tell;
}

export type Tell = (text: string) => Coroutine<void>;

export function targetOf(k: Invocation, path: string, tell: Tell): DependencyTarget {
  const { files } = k.process.machine;
  const argument = cleanPath(path);
  const folder = resolvePath(k.process.cwd, argument);
  if (!files.exists(folder)) failHelm(`could not find ${argument}: stat ${argument}: no such file or directory`);
  if (!files.isDirectory(folder)) failHelm('only unpacked charts can be updated');
  const chart = loadChart(files, folder);
  if (!chart.ok) failHelm(chart.error);
  return { argument, folder, chart: chart.value, tell };
}

/** Names below a chart's charts/ folder. */
export function packedNames(k: Invocation, folder: string): string[] {
  const names = k.process.machine.files.readDirectory(`${folder}/charts`);
  return names.ok ? names.value : [];
}

/** Where a dependency's chart lies: a path relative to what was typed, as helm shows it (resolver.GetLocalPath). */
export function localPath(k: Invocation, argument: string, entry: JsonObject): string {
  const repository = textIn(entry, 'repository');
  const below = repository === '' ? `charts/${textIn(entry, 'name')}` : repository.slice(FILE.length);
  const path = below.startsWith('/') ? below : resolvePath(`/${argument}`, below).slice(1);
  const shown = argument.startsWith('/') && !below.startsWith('/') ? `/${path}` : path;
  if (!k.process.machine.files.isDirectory(resolvePath(k.process.cwd, shown))) failHelm(`directory ${shown} not found`);
  return shown;
}
