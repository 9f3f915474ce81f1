import type { ApiServer } from '@seatrial/apiserver';
import type { Machine, UnsupportedSink } from '@seatrial/kernel';
import type {
  Directory,
  FileSystem,
  JsonValue,
  NetworkStack,
  PidNamespace,
  Process,
  ProgramTable,
  Result,
  Signal,
  Simulation,
} from '@seatrial/kernel';

/** What the kubelet knows of an image (libs/sim/images gives it). */
export interface ContainerImage {
  readonly reference: string;
  readonly imageId: string;
  readonly configDigest: string;
  readonly sizeBytes: number;
  readonly config: {
    readonly entrypoint?: readonly string[];
    readonly cmd?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly workingDir?: string;
    readonly user?: string;
    readonly stopSignal?: Signal;
  };
  readonly programs: ProgramTable;
  createRoot(now: number): Directory;
}

/** Why an image cannot be had. */
export interface ImageFailure {
  readonly message: string;
  readonly code: 'NotFound' | 'Unknown' | 'InvalidName';
  /** The image is not simulated, but may well be there in the world. */
  readonly mayExist?: boolean;
}

/** Where images are pulled from. */
export interface ImageSource {
  resolve(
    reference: string,
    credentials?: readonly { readonly registry: string; readonly username: string; readonly password: string }[],
  ): Result<ContainerImage, ImageFailure>;
  /** Why a reference's registry cannot be asked now; undefined when it can. */
  outage?(reference: string): ImageFailure | undefined;
}

/** A pod's network namespace. */
export interface PodSandboxNetwork {
  readonly addresses: readonly string[];
  stack(files: () => FileSystem): NetworkStack;
  /** Calls `wake` before anything looks at what listens in the namespace. */
  beforeUse(sleeper: { wake(): void }): void;
  detach(): void;
}

/** The network plugin (libs/sim/network gives it). */
export interface PodNetworkPlugin {
  attachPod(pod: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly nodeName: string;
    readonly hostNetwork: boolean;
    readonly hostPorts?: readonly {
      readonly hostPort: number;
      readonly containerPort: number;
      readonly protocol: string;
    }[];
  }): PodSandboxNetwork;
  nodeStack(nodeName: string): NetworkStack | undefined;
}

/** A CSI driver as a node knows it (CSINode spec.drivers). */
export interface CsiNodeDriver {
  readonly name: string;
  readonly nodeID: string;
  readonly topologyKeys: readonly string[] | null;
  readonly allocatable?: { readonly count: number };
}

/** What a node is made of, and how its kubelet is set up. */
export interface NodeProfile {
  readonly name: string;
  readonly internalIp: string;
  readonly podCidr?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly providerId?: string;
  /** Quantities by resource name (`cpu`, `memory`, `pods`, `ephemeral-storage`, `hugepages-2Mi`…). */
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  /** status.nodeInfo. */
  readonly nodeInfo: Readonly<Record<string, string>>;
  /** Its `kubeletVersion` where that changes: the program's that a start finds. */
  readonly kubeletVersion?: () => string;
  /** `cluster.local` and 10.96.0.10 by default. */
  readonly clusterDomain?: string;
  readonly clusterDns?: string;
  /** The CSI drivers whose node plugins run on the node, by name. */
  readonly csiDrivers?: readonly CsiNodeDriver[];
  /** Directory of static pod manifests on the node; undefined: none. */
  readonly staticPodPath?: string;
  /** False until a CNI is installed: the node is NotReady with the CNI's message. */
  readonly networkReady?: () => boolean;
}

export interface KubeletOptions {
  readonly apiServer: ApiServer;
  readonly simulation: Simulation;
  readonly node: NodeProfile;
  readonly images: ImageSource;
  readonly network: PodNetworkPlugin;
  /** Programs by name that images' applets and scripts run on (`sh`, `ls`, …). */
  readonly programs: ProgramTable;
  /** The node's own files: hostPath volumes, static pods, resolv.conf. */
  readonly files: FileSystem;
  /** The node's own process ids, for pods with `hostPID`. */
  readonly hostPids?: PidNamespace;
  /** Told of each container's machine when it is made, to provide facilities. */
  readonly onMachine?: (machine: Machine) => void;
  /** Told of what a pod asks for that is not simulated. */
  readonly onUnsupported?: UnsupportedSink;
  /** Reads the YAML of static pods' manifests; without it there are none. */
  readonly readManifest?: (text: string) => Result<JsonValue, string>;
  /** False when the node object is made by somebody else. */
  readonly registerNode?: boolean;
  /** Images that are on the node from the start. */
  readonly preloadedImages?: readonly string[];
  /** The node has every image of the source: pulls happen only where the policy asks for them. */
  readonly allImagesPresent?: boolean;
}

/** A running kubelet. */
export interface Kubelet {
  readonly nodeName: string;
  /** Stops the kubelet process: containers go on, nothing is reported any more. */
  stop(): void;
  /** Starts it again. */
  start(): void;
  /** Reports the node's status now, as the kubelet does when something of it changes (network plugin, images). */
  reportStatus(): void;
  /** Something beside the pods takes so many bytes of the node's memory or disk; replaces what it took before. */
  take(resource: 'memory' | 'ephemeral-storage', bytes: number): void;
  /** The machine goes down: every container dies, nothing is reported. */
  powerOff(): void;
  /** Containers on the node, for crictl and docker. */
  containers(): readonly ContainerSummary[];
  /** Kills a container past the kubelet, as the runtime's own client does. */
  killContainer(id: string, signal: Signal): void;
  /** Freezes a container's processes past the kubelet, or lets them go on. */
  freezeContainer(id: string, frozen: boolean): void;
  /** Ends a pod's sandbox with all in it, past the kubelet, which makes another. */
  stopSandbox(podUid: string): void;
}

/** One container as a runtime lists it. */
export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly running: boolean;
  /** It runs, but its processes are frozen. */
  readonly paused: boolean;
  readonly createdAt: number;
  readonly attempt: number;
  /** How often the pod's sandbox was made anew. */
  readonly sandboxAttempt: number;
  /** Virtual ms; undefined before it has started, or ended. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  /** What runs in it, its main process first. */
  readonly processes: readonly Process[];
}
