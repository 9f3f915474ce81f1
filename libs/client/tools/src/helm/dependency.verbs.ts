import {
  compareStrings,
  encodeUtf8,
  isJsonObject,
  resolvePath,
  type Coroutine,
  type JsonObject,
} from '@seatrial/kernel';
import { boolFlag, defineVerb, type FlagDefinition, type Invocation } from '@seatrial/kubectl';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import { sha256 } from '@noble/hashes/sha2.js';
import { packChart } from './chart-archive.js';
import { chartFiles, chartOf, chartOfArchive, loadChart, type Chart } from './chart.js';
import { failHelm } from './helm-failure.js';
import { helmTable } from './helm-table.js';
import { versionFits } from './sprig-data.js';

interface Dependency extends JsonObject {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
}

const textIn = (entry: JsonObject, key: string): string => {
  const value = entry[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
};

const entriesOf = (list: unknown): Dependency[] =>
  (Array.isArray(list) ? list.filter(isJsonObject) : []).map((entry) => ({
    ...entry,
    name: textIn(entry, 'name'),
    version: textIn(entry, 'version'),
    repository: textIn(entry, 'repository'),
  }));

/** A chart's folder and what it depends on (pkg/downloader manager.go of Helm v4.1). */
class DependencyManager {
  private constructor(
    private readonly k: Invocation,
    private readonly folder: string,
    private readonly wanted: readonly Dependency[],
  ) {}

  static open(k: Invocation): DependencyManager {
    const { files } = k.process.machine;
    const argument = k.args[0] ?? '.';
    const folder = resolvePath(k.process.cwd, argument).replace(/\/$/, '');
    if (!files.exists(folder)) failHelm(`could not find ${argument}: stat ${argument}: no such file or directory`);
    if (!files.isDirectory(folder)) failHelm('only unpacked charts can be updated');
    const chart = loadChart(files, folder);
    if (!chart.ok) failHelm(chart.error);
    return new DependencyManager(k, folder, entriesOf(chart.value.metadata.dependencies));
  }

  *build(): Coroutine<void> {
    const lock = this.lock();
    if (!lock) {
      yield* this.update();
      return;
    }
    const locked = entriesOf(lock.dependencies);
    this.refuseUnknownRepositories();
    if (this.digest(locked) !== lock.digest)
      failHelm('the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies'); // prettier-ignore
    yield* this.save(locked);
  }

  *update(): Coroutine<void> {
    if (this.wanted.length === 0) return;
    this.refuseUnknownRepositories();
    const locked = this.resolve();
    const saved = yield* this.save(locked);
    const digest = this.digest(saved);
    if (this.lock()?.digest === digest) return;
    const dependencies = saved.map(({ name, version, repository }) => ({ name, repository, version }));
    const generated = `${new Date(this.k.now()).toISOString().slice(0, -1)}000000Z`;
    this.k.process.machine.files.writeFile(`${this.folder}/Chart.lock`, toYaml({ dependencies, digest, generated }));
  }

  private lock(): JsonObject | undefined {
    const text = this.k.process.machine.files.readFile(`${this.folder}/Chart.lock`);
    const parsed = text.ok ? yamlToJson(text.value) : undefined;
    return parsed?.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
  }

  /** Only charts of folders are within reach. */
  private refuseUnknownRepositories(): void {
    const remote = this.wanted.filter(({ repository }) => repository !== '' && !repository.startsWith('file://'));
    const named = remote.filter(({ repository }) => /^(@|alias:)/.test(repository));
    if (named.length > 0)
      failHelm(`no repository definition for ${named.map(({ repository }) => repository).join(', ')}. Please add them via 'helm repo add'`); // prettier-ignore
    for (const { repository } of remote)
      failHelm(`no repository definition for ${repository}. Please add the missing repos via 'helm repo add'`);
  }

  private chartOf(path: string): Chart {
    const chart = loadChart(this.k.process.machine.files, path);
    return chart.ok ? chart.value : failHelm(chart.error);
  }

  private localPath(repository: string): string {
    const path = resolvePath(this.folder, repository.replace(/^file:\/\//, ''));
    return this.k.process.machine.files.exists(path) ? path : failHelm(`directory ${path} not found`);
  }

  /** Each dependency with the version that is there (internal/resolver). */
  private resolve(): Dependency[] {
    const missing: string[] = [];
    const locked = this.wanted.map((entry) => {
      if (entry.repository === '') {
        this.localPath(`charts/${entry.name}`);
        return entry;
      }
      const { version } = this.chartOf(this.localPath(entry.repository)).metadata;
      if (!versionFits(entry.version, version))
        missing.push(`${JSON.stringify(entry.name)} (repository ${JSON.stringify(entry.repository)}, version ${JSON.stringify(entry.version)})`); // prettier-ignore
      return { name: entry.name, version, repository: entry.repository };
    });
    if (missing.length > 0)
      failHelm(`can't get a valid version for ${String(missing.length)} subchart(s): ${missing.join(', ')}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`); // prettier-ignore
    return locked;
  }

  /** Packs every dependency into charts/ and removes archives that are none. */
  private *save(locked: readonly Dependency[]): Coroutine<Dependency[]> {
    const { k, folder } = this;
    const { files, simulation } = k.process.machine;
    files.makeDirectories(`${folder}/charts`, k.process.user);
    yield* k.out(`Saving ${String(locked.length)} charts\n`);
    const archives = new Map<string, string>();
    const saved: Dependency[] = [];
    for (const entry of locked) {
      const problem = (why: string): never => failHelm(why);
      if (entry.repository === '') {
        yield* k.out(`Dependency ${entry.name} did not declare a repository. Assuming it exists in the charts directory\n`); // prettier-ignore
        const { version } = this.chartOf(`${folder}/charts/${entry.name}`).metadata;
        saved.push(entry);
        if (versionFits(entry.version, version)) continue;
        const why = `dependency ${entry.name} at version ${version} does not satisfy the constraint ${entry.version}`;
        yield* k.out(`Save error occurred:  ${why}\n`);
        problem(why);
      }
      const path = this.localPath(entry.repository);
      const { name, version } = this.chartOf(path).metadata;
      if (!versionFits(entry.version, version)) {
        const why = `can't get a valid version for dependency ${entry.name}`;
        yield* k.out(`Save error occurred:  ${why}\n`);
        problem(why);
      }
      const seconds = Math.floor(simulation.now() / 1000);
      archives.set(`${name}-${version}.tgz`, packChart(name, chartFiles(files, path), seconds));
      saved.push({ ...entry, version });
    }
    for (const [name, text] of archives) files.writeFile(`${folder}/charts/${name}`, text, { owner: k.process.user });
    yield* k.out('Deleting outdated charts\n');
    const present = files.readDirectory(`${folder}/charts`);
    const local = new Set(locked.filter(({ repository }) => repository === '').map(({ name }) => name));
    for (const name of present.ok ? present.value : []) {
      const path = `${folder}/charts/${name}`;
      const text = files.isDirectory(path) || archives.has(name) ? undefined : files.readFile(path);
      const chart = text?.ok ? chartOfArchive(text.value) : undefined;
      if (chart?.ok && !local.has(chart.value.metadata.name)) files.remove(path);
    }
    return saved;
  }

  private digest(locked: readonly Dependency[]): string {
    const plain = (entry: JsonObject): JsonObject =>
      Object.fromEntries(
        Object.keys(entry)
          .filter((key) => entry[key] !== '')
          .sort(compareStrings)
          .map((key) => [key, entry[key]]),
      );
    const text = JSON.stringify([this.wanted.map(plain), locked.map(plain)]);
    return `sha256:${[...sha256(encodeUtf8(text))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }
}

/** How a dependency lies in charts/ (action.Dependency.dependencyStatus). */
function statusOf(k: Invocation, folder: string, chart: Chart, entry: Dependency): string {
  const { files } = k.process.machine;
  const names = files.readDirectory(`${folder}/charts`);
  const archives = (names.ok ? names.value : []).filter(
    (name) => name.startsWith(`${entry.name}-`) && name.endsWith('.tgz') && files.exists(`${folder}/charts/${name}`),
  );
  const versions = archives.filter((name) => /^\d+\.\d+\.\d+/.test(name.slice(entry.name.length + 1)));
  const [archive] = archives.length === 1 ? archives : versions.length === 1 ? versions : [undefined];
  if (archives.length > 1 && versions.length > 1) return 'too many matches';
  if (archive !== undefined) {
    const text = files.readFile(`${folder}/charts/${archive}`);
    const packed = text.ok ? chartOfArchive(text.value) : undefined;
    if (!packed?.ok) return 'corrupt';
    const { metadata } = packed.value;
    if (metadata.name !== entry.name) return 'misnamed';
    return versionFits(entry.version, metadata.version) ? 'ok' : 'wrong version';
  }
  const found = chart.dependencies.findLast(({ metadata }) => metadata.name === entry.name);
  if (!found) return 'missing';
  return versionFits(entry.version, found.metadata.version) ? 'unpacked' : 'wrong version';
}

const dependencyList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  usage: 'CHART',
  short: 'list the dependencies for the given chart',
  *run(k) {
    const { files } = k.process.machine;
    const argument = k.args[0] ?? '.';
    const folder = resolvePath(k.process.cwd, argument).replace(/\/$/, '');
    if (!files.exists(folder)) failHelm(`stat ${argument}: no such file or directory`);
    const chart = files.isDirectory(folder) ? chartOf(chartFiles(files, folder)) : loadChart(files, folder);
    if (!chart.ok) failHelm(chart.error);
    const shown = argument.replace(/^\.\/(?=.)/, '').replace(/\/$/, '');
    if (chart.value.metadata.dependencies === undefined) {
      yield* k.out(`WARNING: no dependencies at ${shown === '.' ? 'charts' : `${shown}/charts`}\n`);
      return 0;
    }
    const wanted = entriesOf(chart.value.metadata.dependencies);
    const rows = wanted.map((entry) => [
      entry.name,
      entry.version,
      entry.repository,
      statusOf(k, folder, chart.value, entry),
    ]);
    yield* k.out(`${helmTable([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows])}\n`);
    const named = new Set(wanted.map(({ name }) => name));
    const names = files.readDirectory(`${folder}/charts`);
    for (const name of [...(names.ok ? names.value : [])].sort(compareStrings)) {
      const path = `${folder}/charts/${name}`;
      const text = files.isDirectory(path) ? undefined : files.readFile(path);
      const packed = text === undefined ? loadChart(files, path) : text.ok ? chartOfArchive(text.value) : undefined;
      if (packed?.ok && !named.has(packed.value.metadata.name))
        yield* k.out(`WARNING: ${JSON.stringify(`${shown}/charts/${name}`)} is not in Chart.yaml.\n`);
    }
    return 0;
  },
});

const FLAGS: readonly FlagDefinition[] = [boolFlag('skip-refresh'), boolFlag('verify')];

export const dependencyVerb = defineVerb({
  name: 'dependency',
  aliases: ['dep', 'dependencies'],
  short: "manage a chart's dependencies",
  subcommands: [
    defineVerb({
      name: 'build',
      usage: 'CHART',
      short: 'rebuild the charts/ directory based on the Chart.lock file',
      flags: FLAGS,
      *run(k) {
        yield* DependencyManager.open(k).build();
        return 0;
      },
    }),
    dependencyList,
    defineVerb({
      name: 'update',
      aliases: ['up'],
      usage: 'CHART',
      short: 'update charts/ based on the contents of Chart.yaml',
      flags: FLAGS,
      *run(k) {
        yield* DependencyManager.open(k).update();
        return 0;
      },
    }),
  ],
});
