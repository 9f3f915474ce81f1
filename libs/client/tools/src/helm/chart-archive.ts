import { fail, type FileSystem, type Result } from '@seatrial/kernel';
import { readTar, writeTar } from '@seatrial/kubectl';
import { gunzipText, gzipText, isGzip } from '../files/gzip-format.js';
import { chartFiles, chartOf, type Chart, type ChartFile } from './chart.js';

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
  const plain = isGzip(text) ? gunzipText(text) : undefined;
  if (plain === undefined) return fail('file does not appear to be a gzipped archive; got "application/octet-stream"');
  const files = readTar(plain)
    .filter(({ type }) => type === 'file')
    .map(({ name, content }) => ({ name: name.slice(name.indexOf('/') + 1), data: content }));
  return files.length === 0 ? fail('no files in chart archive') : chartOf(files);
}

/** A chart of a folder or an archive. */
export function loadChartAt(files: FileSystem, path: string): Result<Chart, string> {
  if (files.isDirectory(path)) return chartOf(chartFiles(files, path));
  const text = files.readFile(path);
  return text.ok ? readArchive(text.value) : fail(`stat ${path}: no such file or directory`);
}
