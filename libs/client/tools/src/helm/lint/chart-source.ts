import { fail, ok, type FileSystem, type Result } from '@seatrial/kernel';
import { chartOf, loadFolder, unpackChart } from '../chart/load-chart.js';
import { isGzip } from '../../files/gzip-format.js';
import type { Chart } from '../chart/chart.js';

/** A chart as lint looks at it: its files before anything is read, in a folder or an archive. */
export interface ChartSource {
  readonly path: string;
  readonly text: (name: string) => string | undefined;
  readonly entry: (name: string) => 'file' | 'folder' | undefined;
  readonly load: () => Result<Chart, string>;
}

function ofArchive(files: FileSystem, path: string, shown: string): Result<ChartSource, string> {
  const packed = files.readFile(path);
  if (!packed.ok) return fail(`unable to open tarball: open ${shown}: no such file or directory`);
  // Go's gzip.NewReader: ten bytes of header, then what they say.
  if (!isGzip(packed.value))
    return fail(
      `unable to extract tarball: ${packed.value === '' ? 'EOF' : packed.value.length < 10 ? 'unexpected EOF' : 'gzip: invalid header'}`,
    );
  const content = unpackChart(packed.value);
  if (!content.ok) return fail(`unable to extract tarball: ${content.error}`);
  const names = content.value.map(({ name }) => name);
  return ok({
    path,
    text: (name) => content.value.find((file) => file.name === name)?.data,
    entry: (name) =>
      names.includes(name) ? 'file' : names.some((each) => each.startsWith(`${name}/`)) ? 'folder' : undefined,
    load: () => chartOf(content.value),
  });
}

/** What `helm lint` is pointed at; the error is why there is nothing to lint. `shown` is the path as it was typed. */
export function chartSource(files: FileSystem, path: string, shown: string): Result<ChartSource, string> {
  if (/\.(tgz|tar\.gz)$/.test(path)) return ofArchive(files, path, shown);
  if (!files.exists(`${path}/Chart.yaml`))
    return fail(`unable to check Chart.yaml file in chart: stat ${shown}/Chart.yaml: no such file or directory`);
  return ok({
    path,
    text: (name) => {
      const read = files.readFile(`${path}/${name}`);
      return read.ok ? read.value : undefined;
    },
    entry: (name) => {
      const at = `${path}/${name}`;
      return files.isDirectory(at) ? 'folder' : files.exists(at) ? 'file' : undefined;
    },
    load: () => loadFolder(files, path),
  });
}
