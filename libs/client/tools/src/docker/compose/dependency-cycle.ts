import { compareStrings } from '@seatrial/kernel';
import type { ComposeService } from './compose-model.js';

/** The first circle of services that wait for each other, by name (graph.checkCycle of compose-go v2.9). */
export function dependencyCycle(services: readonly ComposeService[]): string | undefined {
  const byName = new Map(services.map((service) => [service.name, [...service.dependsOn].sort(compareStrings)]));
  const done = new Set<string>();
  const search = (path: readonly string[]): string | undefined => {
    const last = path[path.length - 1];
    for (const name of byName.get(last) ?? []) {
      const at = path.indexOf(name);
      if (at >= 0) return [...path.slice(at), name].join(' -> ');
      const found = done.has(name) ? undefined : search([...path, name]);
      if (found !== undefined) return found;
    }
    done.add(last);
    return undefined;
  };
  for (const name of [...byName.keys()].sort(compareStrings)) {
    const found = search([name]);
    if (found !== undefined) return found;
  }
  return undefined;
}
