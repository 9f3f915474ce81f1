import { toYaml } from '@seatrial/manifest';
import { ansic } from '../helm-table.js';
import { coalesceValues, plainValues } from '../values/values.js';
import type { Release } from './release.js';

interface StatusOptions {
  readonly resources?: string;
  readonly notes?: boolean;
  /** With the values, hooks and the manifest. */
  readonly debug?: boolean;
}

/** The values that were given, and all. */
function valuesText({ chart, config }: Release): string {
  const computed = coalesceValues(config ?? {}, chart.values);
  const texts = [config ?? {}, computed].map((values) => toYaml(plainValues(values)));
  return `USER-SUPPLIED VALUES:\n${texts[0]}\nCOMPUTED VALUES:\n${texts[1]}\n`;
}

/** A release as install, upgrade, status and test print it (statusPrinter of Helm v4.1). */
export function statusText(release: Release, options: StatusOptions = {}): string {
  let text =
    `NAME: ${release.name}\nLAST DEPLOYED: ${ansic(release.lastDeployed)}\nNAMESPACE: ${release.namespace}\n` +
    `STATUS: ${release.status}\nREVISION: ${String(release.version)}\nDESCRIPTION: ${release.description}\n`;
  if (options.resources) text += `RESOURCES:\n${options.resources}\n`;
  const tests = release.hooks.filter(({ events }) => events.includes('test'));
  if (tests.length === 0) text += 'TEST SUITE: None\n';
  for (const { name, lastRun } of tests) {
    if (!lastRun) continue;
    text +=
      `TEST SUITE:     ${name}\nLast Started:   ${ansic(lastRun.startedAt)}\n` +
      `Last Completed: ${ansic(lastRun.completedAt)}\nPhase:          ${lastRun.phase}\n`;
  }
  if (options.debug) text += valuesText(release);
  if (release.description.toLowerCase() === 'dry run complete' || options.debug) {
    const hooks = release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`);
    text += `HOOKS:\n${hooks.join('')}MANIFEST:\n${release.manifest}\n`;
  }
  if (options.notes !== false && release.notes.trim() !== '') text += `NOTES:\n${release.notes.trim()}\n`;
  return text;
}
