import type { Invocation } from '../command/invocation.js';

/** Commands that ask for the API's groups less often, or not at all, before they give up (kubectl v1.35). */
const TRIES: Readonly<Record<string, number>> = {
  'kubectl api-resources': 1,
  'kubectl api-versions': 1,
  'kubectl auth can-i': 2,
  'kubectl auth whoami': 0,
  'kubectl cluster-info dump': 0,
  'kubectl cp': 0,
  'kubectl create clusterrole': 2,
  'kubectl create job': 4,
  'kubectl create role': 2,
  'kubectl create token': 0,
  'kubectl explain': 2,
  'kubectl run': 1,
  'kubectl taint': 2,
  'kubectl top node': 0,
  'kubectl top pod': 0,
};

/** Commands that look their one kind up by `type/name` inside. */
const BY_NAME = new Set(
  'attach certificate,approve certificate,deny cordon debug drain exec logs port-forward uncordon'
    .split(' ')
    .map((words) => `kubectl ${words.replace(',', ' ')}`),
);

/**
 * How often a command asks for the API's groups, each failure logged: a builder asks five times for `type name`,
 * four times for `type/name`, once more for every further type (cli-runtime's resource.Builder).
 */
export function discoveryTries(k: Invocation): number {
  const { path, args, flags } = k;
  if (flags.has('raw') && flags.string('raw') !== '' && path !== 'kubectl config view') return 0;
  if (path === 'kubectl events') return flags.string('for') === '' ? 0 : 2;
  if (path === 'kubectl auth can-i' && flags.bool('list')) return 0;
  const fixed = TRIES[path];
  if ((fixed as number | undefined) !== undefined) return fixed;
  if (BY_NAME.has(path) || args.some((word) => word.includes('/'))) return 4;
  const types = (args[0] ?? '').split(',').length;
  return path === 'kubectl get' || path === 'kubectl describe' ? 4 + types : types > 1 ? 4 : 5;
}
