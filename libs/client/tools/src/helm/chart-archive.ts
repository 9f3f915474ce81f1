import { fail, type FileSystem, type Result } from '@seatrial/kernel';
import { writeTar } from '@seatrial/kubectl';
import { gzipText } from '../files/gzip-format.js';
import { chartFiles, chartOf, unpackChart, type Chart, type ChartFile } from './chart.js';

/** A packed chart (`NAME-VERSION.tgz`) of the files of a chart's folder, under the chart's name. */
export function packChart(name: string, files: readonly ChartFile[], seconds: number): string {
  const order = (file: ChartFile): number => ['Chart.yaml', 'Chart.lock', 'values.yaml'].indexOf(file.name) >>> 0;
  const entries = [...files]
    .sort((a, b) => order(a) - order(b))
    .map((file) => ({
      name: `${name}/${file.name}`,
      type: 'file' as const,
      content: file.data,
      mode: 0o644,
      modifiedAt: seconds,
    }));
  return gzipText(writeTar(entries));
}

/** The chart in an archive; the error is Helm's text. */
export function readArchive(text: string): Result<Chart, string> {
  const files = unpackChart(text);
  return files.ok ? chartOf(files.value) : files;
}

/** A chart of a folder or an archive. */
export function loadChartAt(files: FileSystem, path: string): Result<Chart, string> {
  if (files.isDirectory(path)) return chartOf(chartFiles(files, path));
  const text = files.readFile(path);
  return text.ok ? readArchive(text.value) : fail(`stat ${path}: no such file or directory`);
}
