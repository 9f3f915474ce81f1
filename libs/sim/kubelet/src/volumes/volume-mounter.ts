import type { Node, ObjectReader, Pod } from '@seatrial/apiserver';
import type { Directory, FileNode, FileSystem, Result, Simulation } from '@seatrial/kernel';
import type { Volume } from 'kubernetes-types/core/v1.js';
import type { NodeContext } from '../node/node-context.js';

/** What a volume type needs to set itself up. */
export interface VolumeContext {
  readonly simulation: Simulation;
  readonly store: ObjectReader;
  readonly pod: Pod;
  readonly nodeName: string;
  /** The node's files. */
  readonly node: FileSystem;
  readonly podIps: readonly string[];
  readonly hostIp: string;
  readonly nodeStatus: Node['status'] | undefined;
  /** The files of an image that the node has or can get. */
  imageRoot(reference: string): Directory | undefined;
  /** A bound service account token's text. */
  token(audience: string | undefined, expirationSeconds: number): string;
}

/** A volume that is set up: containers mount `root`. */
export interface MountedVolume {
  readonly root: FileNode;
  readonly readOnly?: boolean;
  /** Whether the pod's fsGroup gets it, with all that is in it; files from the API are written for the group from the start. */
  readonly forGroup?: 'tree' | 'root';
  /** `tmpfs` for what is kept in memory; a disk's otherwise. */
  readonly type?: string;
  readonly limitBytes?: number;
  /** The path on the node that is still missing. */
  readonly absent?: () => string | undefined;
  /** A container mounts all of it: what was missing is made. */
  readonly appear?: () => void;
  /** Brings the content up to date with the API (configMap, secret, downwardAPI, projected). */
  readonly refresh?: (context: VolumeContext) => void;
  /** A block device: what its events say. */
  readonly mapped?: readonly string[];
  /** Grows the file system of a volume that has grown. */
  readonly expand?: (context: NodeContext, pod: Pod) => void;
}

/** Why a volume could not be set up, for its FailedMount or FailedMapVolume event. */
export interface MountFailure {
  /** What failed; undefined when it was not even known what to mount. */
  readonly step?:
    | 'MountVolume.SetUp failed'
    | 'MountVolume.NewMounter initialization failed'
    | 'MountVolume.NodeAffinity check failed'
    | 'MountVolume.MountOptionSupport check failed'
    | 'MountVolume.WaitForAttach failed'
    | 'MapVolume.NodeAffinity check failed'
    | 'MapVolume.FindMapperPluginBySpec failed'
    | 'MapVolume.EvalHostSymlinks failed'
    | 'MapVolume.MapBlockVolume failed'
    | 'MapVolume.SetUpDevice failed';
  /** Nothing is said of it: it has to be attached first. */
  readonly silent?: true;
  /** The volume: a PersistentVolume's own name. */
  readonly name: string;
  readonly message: string;
}

/** Sets up one type of volume; the error is what follows `MountVolume.SetUp failed for volume "x" : `. */
export type VolumeMounter = (volume: Volume, context: VolumeContext) => Result<MountedVolume, string>;
