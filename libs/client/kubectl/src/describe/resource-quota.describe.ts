import type { ResourceQuota } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { defineDescriber } from './describer.js';
import { writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

const SCOPE_HELP: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

/** A quota's scopes with what they mean. */
export function writeScopes(w: DescriptionWriter, quota: ResourceQuota, level: number, bullet: string): void {
  const scopes = [...(quota.spec.scopes ?? [])].sort(compareStrings);
  if (scopes.length === 0) return;
  w.field('Scopes', scopes.join(', '), level);
  for (const scope of scopes) if (Object.hasOwn(SCOPE_HELP, scope)) w.write(level, `${bullet}${SCOPE_HELP[scope]}\n`);
}

/** Resources with a hard limit, with what is used. */
export function quotaLines(quota: ResourceQuota, sameFormat: boolean): string[] {
  const { hard = {}, used = {} } = quota.status ?? {};
  return Object.keys(hard)
    .sort(compareStrings)
    .map((name) => {
      const limit = Quantity.of(hard[name]);
      const usage = Quantity.of(used[name]);
      const shown =
        sameFormat && limit.format !== usage.format ? Quantity.fromInteger(usage.value(), limit.format) : usage;
      return `${name}\t${shown.toString()}\t${limit.toString()}\n`;
    });
}

/** ResourceQuota: scopes, used and hard amounts. */
export const resourceQuotaDescribe = defineDescriber<ResourceQuota>({
  group: '',
  kind: 'ResourceQuota',
  describe: (quota) => {
    const w = new DescriptionWriter();
    writeName(w, quota);
    writeScopes(w, quota, 0, ' * ');
    w.write(0, 'Resource\tUsed\tHard\n');
    w.write(0, '--------\t----\t----\n');
    for (const line of quotaLines(quota, true)) w.write(0, line);
    return w.text();
  },
});
