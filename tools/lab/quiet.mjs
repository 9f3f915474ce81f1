// Settling, as conformance/README.md defines it: when the cluster has come to rest after a command.
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from './api.mjs';

const WATCHED = [
  '/api/v1/pods',
  '/api/v1/replicationcontrollers',
  '/api/v1/services',
  '/api/v1/persistentvolumeclaims',
  '/api/v1/persistentvolumes',
  '/api/v1/namespaces',
  '/api/v1/resourcequotas',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/batch/v1/jobs',
  '/apis/batch/v1/cronjobs',
  '/apis/discovery.k8s.io/v1/endpointslices',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/policy/v1/poddisruptionbudgets',
  '/apis/autoscaling/v2/horizontalpodautoscalers',
];
const AT_LEAST_MS = 700;
const QUIET_MS = 2500;
const QUIET_IN_PASSAGE_MS = 12_000;

const pods = new Map();
let changed = Date.now();

/** Whether a pod is between two states: being deleted, just scheduled, being created, or not yet ready though probed. */
function inPassage({ metadata, spec, status }) {
  if (metadata.deletionTimestamp && !metadata.finalizers) return true;
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return false;
  const running = status.containerStatuses ?? [];
  const init = status.initContainerStatuses ?? [];
  if (spec.nodeName && running.length + init.length === 0) return status.phase === 'Pending' && !status.reason;
  const isStarting = ({ state }) => ['ContainerCreating', 'PodInitializing'].includes(state?.waiting?.reason);
  if (!init.some((each) => isAtWork(each, spec)) && running.some(isStarting)) return true;
  return running.some(({ name, state, ready, started }) => {
    const container = spec.containers.find((each) => each.name === name);
    return state?.running && ((container?.readinessProbe && !ready) || (container?.startupProbe && !started));
  });
}

/** Whether an init container has work to do (`kubectl get` shows `Init:…`), for how long nobody knows. */
function isAtWork({ name, started, state }, { initContainers }) {
  const isSidecar = initContainers.find((each) => each.name === name)?.restartPolicy === 'Always';
  return !(isSidecar ? started : state?.terminated?.exitCode === 0);
}

/** Begins to follow the cluster. */
export function follow() {
  for (const url of WATCHED) {
    watch(url, ({ type, object }) => {
      const { namespace = '', name } = object.metadata ?? {};
      if (type === 'ERROR' || (url.endsWith('/namespaces') ? name : namespace).startsWith('kube-')) return;
      changed = Date.now();
      if (!url.endsWith('/pods')) return;
      if (type === 'DELETED') pods.delete(`${namespace}/${name}`);
      else pods.set(`${namespace}/${name}`, object);
    });
  }
}

/** Waits until the cluster is quiet, `capSeconds` at most. */
export async function settle(capSeconds = 60, { atLeastMs = AT_LEAST_MS, quietMs = QUIET_MS } = {}) {
  const begin = Date.now();
  await sleep(atLeastMs);
  while (Date.now() - begin < capSeconds * 1000) {
    const quiet = Date.now() - Math.max(changed, begin + atLeastMs - quietMs);
    if (quiet >= QUIET_IN_PASSAGE_MS || (quiet >= quietMs && ![...pods.values()].some(inPassage))) return;
    await sleep(100);
  }
}
