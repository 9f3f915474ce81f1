import type { ApiClient, ApiServer, EventRecorder, Node } from '@seatrial/apiserver';
import type { FileSystem, Machine, PidNamespace, ProgramTable, RandomSource, Simulation } from '@seatrial/kernel';
import type { ImagePuller } from '../container/image-puller.js';
import type { BackOff } from '../back-off.js';
import type { NodeProfile, PodNetworkPlugin } from '../kubelet-options.js';
import type { EvictionManager } from '../eviction/eviction-manager.js';
import type { VolumesInUse } from './volumes-in-use.js';

/** What every part of one kubelet shares. */
export interface NodeContext {
  readonly simulation: Simulation;
  /** When the kubelet started: what it does every so often goes by that. */
  readonly startedAt: number;
  readonly apiServer: ApiServer;
  readonly client: ApiClient;
  readonly events: EventRecorder;
  readonly node: NodeProfile;
  readonly nodeStatus: () => Node['status'] | undefined;
  readonly files: FileSystem;
  readonly programs: ProgramTable;
  /** The node's own process ids, which pods with `hostPID` share. */
  readonly hostPids: PidNamespace | undefined;
  readonly network: PodNetworkPlugin;
  readonly volumesInUse: VolumesInUse;
  readonly eviction: EvictionManager;
  readonly puller: ImagePuller;
  /** Restart back-off of containers. */
  readonly crashBackOff: BackOff;
  readonly random: RandomSource;
  readonly onMachine: ((machine: Machine) => void) | undefined;
}
