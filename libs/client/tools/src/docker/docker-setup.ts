import type { NodeNetwork } from '@seatrial/cluster';
import type { ImageCatalog } from '@seatrial/images';
import type { FacilityKey, FileSystem, NetworkStack, ProgramTable } from '@seatrial/kernel';

/** Where containers of a machine's own Docker are plugged in. */
export interface BridgeNetwork {
  attachBridged(options: { readonly addresses: readonly string[]; readonly files: () => FileSystem }): {
    readonly stack: NetworkStack;
    /** It has other addresses from now on. */
    readdress(addresses: readonly string[]): void;
    detach(): void;
  };
}

/** What a machine's Docker is made of; the engine itself comes up at its first use. */
export interface DockerSetup {
  /** The registries: pulls come from here, pushes go here. */
  readonly catalog: ImageCatalog;
  /** What the applets of images run on. */
  readonly programs: ProgramTable;
  readonly network: BridgeNetwork;
  /** Networks that were there before the student: those of installers whose nodes are containers. */
  readonly networks?: readonly NodeNetwork[];
}

/** Under this key a machine says that it has Docker. */
export const DOCKER_SETUP: FacilityKey<DockerSetup> = { name: 'docker-setup' };
