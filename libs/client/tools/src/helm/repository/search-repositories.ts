import { compareStrings } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { compileExpression } from '../../text/regular-expression.js';
import { versionFits } from '../chart/version-constraint.js';
import { failHelm } from '../helm-failure.js';
import type { Repository } from './repositories.js';
import { cachedIndex, type IndexedChart } from './repository-index.js';

/** A chart that was found, under its repository's name. */
export interface FoundChart {
  readonly name: string;
  readonly chart: IndexedChart;
}

/** Whether one of the words or the pattern is in a chart's name, description or keywords. */
function matcher(k: Invocation): (text: string) => boolean {
  const words = k.args.join(' ');
  if (words === '') return () => true;
  if (!k.flags.bool('regexp')) return (text) => text.toLowerCase().includes(words.toLowerCase());
  const compiled = compileExpression(words, { extended: true });
  if (!compiled.ok) failHelm(`error parsing regexp: ${compiled.error}`);
  return (text) => compiled.value.test(text);
}

/** `helm search repo`: what the kept indexes have, by name, the latest version first (or alone). */
export function searchRepositories(k: Invocation, list: readonly Repository[]): FoundChart[] {
  const matches = matcher(k);
  const constraint = k.flags.string('version') || (k.flags.bool('devel') ? '>0.0.0-0' : '>0.0.0');
  const found: FoundChart[] = [];
  for (const { name: owner } of list) {
    const index = cachedIndex(k, owner);
    if (!index.ok) continue;
    for (const [name, versions] of index.value) {
      const fitting = versions.filter(({ version }) => versionFits(constraint, version));
      for (const chart of k.flags.bool('versions') ? fitting : fitting.slice(0, 1)) {
        k.process.machine.simulation.charge('steps', 1);
        if (matches(`${owner}/${name} ${chart.description}`)) found.push({ name: `${owner}/${name}`, chart });
      }
    }
  }
  return found.sort((a, b) => compareStrings(a.name, b.name));
}
