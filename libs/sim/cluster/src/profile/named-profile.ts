import { fail, ok, type Result } from '@seatrial/kernel';
import type { ClusterPlace } from './cluster-place.js';
import type { ClusterProfile } from './cluster-profile.js';
import { namedK3dProfile } from './k3d.profile.js';
import { namedKindProfile } from './kind.profile.js';
import { namedMinikubeProfile } from './minikube.profile.js';
import { hostAddress } from './node-profile.js';

/** Installers that name clusters, and Docker's network after them. */
const INSTALLERS: Readonly<
  Record<string, { profile: (place: ClusterPlace) => ClusterProfile; network: (name: string) => string }>
> = {
  k3d: { profile: namedK3dProfile, network: (name) => `k3d-${name}` },
  kind: { profile: namedKindProfile, network: () => 'kind' },
  minikube: { profile: namedMinikubeProfile, network: (name) => name },
};
/** What all of them take. */
const VALID_NAME = /^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/;

/** An installer's profile whose cluster somebody has named, in the place of the one that nobody has. */
export function namedProfile(profile: ClusterProfile, name: string): Result<ClusterProfile, string> {
  const { nodes, nodeNetwork } = profile;
  const installer = Object.hasOwn(INSTALLERS, profile.name) ? INSTALLERS[profile.name] : undefined;
  if (!installer || !nodeNetwork) return fail(`name: clusters of ${profile.name} have none`);
  if (!VALID_NAME.test(name)) return fail('name: must be lower-case letters, digits and dashes');
  const place = {
    name,
    workers: nodes.filter(({ controlPlane }) => !controlPlane).length,
    address: (position: number) => hostAddress(nodes[0].address, position),
    network: { name: installer.network(name), subnet: nodeNetwork.subnet },
  };
  return ok(installer.profile(place));
}
