import { writeTar } from '@seatrial/kubectl';
import { gzipText } from '../../files/gzip-format.js';
import type { ChartFile } from './chart.js';

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
