import { isJsonObject, sha256Hex, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import { dependencyEntries, textIn } from '../chart/chart-metadata.js';
import { marshalledDependency } from '../chart/marshalled-metadata.js';
import { failHelm } from '../helm-failure.js';
import { demandAdded, knownDependencies, refreshAdded, refreshedDependencies } from './dependency-repositories.js';
import { targetOf, type Tell } from './dependency-target.js';
import { resolveDependencies } from './resolve-dependencies.js';
import { saveDependencies } from './save-dependencies.js';

/** resolver.HashReq. */
function digestOf(wanted: readonly JsonObject[], locked: readonly JsonObject[]): string {
  return `sha256:${sha256Hex(JSON.stringify([wanted.map(marshalledDependency), locked.map(marshalledDependency)]))}`;
}

/** What Chart.lock says; undefined when there is none. */
function lockOf(k: Invocation, folder: string): JsonObject | undefined {
  const text = k.process.machine.files.readFile(`${folder}/Chart.lock`);
  if (!text.ok) return undefined;
  const lock = yamlToJson(text.value);
  return lock.ok && isJsonObject(lock.value) ? lock.value : {};
}

/** `helm dependency update`: what Chart.yaml names, packed into charts/, and Chart.lock. */
export function* updateDependencies(k: Invocation, path: string, tell: Tell = (text) => k.out(text)): Coroutine<void> {
  const target = targetOf(k, path, tell);
  const wanted = dependencyEntries(target.chart.metadata);
  if (wanted.length === 0) return;
  const known = yield* refreshedDependencies(k, tell, knownDependencies(k, target.argument, wanted));
  const locked = yield* resolveDependencies(k, target, known);
  yield* saveDependencies(k, target, locked);
  const digest = digestOf(known.entries, locked);
  const before = lockOf(k, target.folder);
  if (before && textIn(before, 'digest') === digest) return;
  const lock = { dependencies: locked, digest, generated: new Date(k.now()).toISOString() };
  k.process.machine.files.writeFile(`${target.folder}/Chart.lock`, toYaml(lock));
}

/** `helm dependency build`: the same by Chart.lock, when there is one. */
export function* buildDependencies(k: Invocation, path: string): Coroutine<void> {
  const tell: Tell = (text) => k.out(text);
  const target = targetOf(k, path, tell);
  const lock = lockOf(k, target.folder);
  if (!lock) {
    yield* updateDependencies(k, path);
    return;
  }
  const locked = Array.isArray(lock.dependencies) ? lock.dependencies.filter(isJsonObject) : [];
  const known = knownDependencies(k, target.argument, dependencyEntries(target.chart.metadata));
  if (digestOf(known.entries, locked) !== lock.digest)
    failHelm(
      'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies',
    );
  demandAdded(k, locked);
  yield* refreshAdded(k, tell);
  yield* saveDependencies(k, target, locked);
}
