import { NODES, type ObjectReader, type EventRecorder } from '@seatrial/apiserver';

const FITNESS = ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'];

/** Whether the API shows a node as ready. */
export const isReady = (store: ObjectReader, name: string): boolean =>
  store.get(NODES, undefined, name)?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** What a kubelet says of its node when it comes back (pkg/kubelet kubelet.go, nodestatus setters). */
export function recordStart(
  store: ObjectReader,
  events: EventRecorder,
  name: string,
  was: { readonly ready: boolean; readonly bootId: string | undefined },
): void {
  const node = store.get(NODES, undefined, name);
  if (!node) return;
  const say = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
    events.event({ object: node }, type, reason, message);
  };
  say('Normal', 'Starting', 'Starting kubelet.');
  for (const reason of FITNESS) say('Normal', reason, `Node ${name} status is now: ${reason}`);
  if (was.bootId !== undefined) say('Warning', 'Rebooted', `Node ${name} has been rebooted, boot id: ${was.bootId}`);
  say('Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
  if (!was.ready) say('Normal', 'NodeReady', `Node ${name} status is now: NodeReady`);
}
