import type { ObjectReader, Pod } from '@seatrial/apiserver';
import type { FileNode, FileSystem, Result, Simulation } from '@seatrial/kernel';
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
  /** A bound service account token's text. */
  readonly token: (audience: string | undefined, expirationSeconds: number) => string;
}

/** A volume that is set up: containers mount `root`. */
export interface MountedVolume {
  readonly root: FileNode;
  readonly readOnly?: boolean;
  /** `tmpfs` for what is kept in memory; a disk's otherwise. */
  readonly type?: string;
  readonly limitBytes?: number;
  /** Brings the content up to date with the API (configMap, secret, downwardAPI, projected). */
  readonly refresh?: (context: VolumeContext) => void;
  /** Grows the file system of a volume that has grown. */
  readonly expand?: (context: NodeContext, pod: Pod) => void;
}

/** Sets up one type of volume; the error is what follows `MountVolume.SetUp failed for volume "x" : `. */
export type VolumeMounter = (volume: Volume, context: VolumeContext) => Result<MountedVolume, string>;
