import type { ApiServer, KubeObject } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import type { ImageDefinition } from '@seatrial/images';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** An object of a manifest, as it is written in YAML. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<KubeObject['metadata']>;
  readonly [member: string]: unknown;
}

/** A manifest that its project publishes on the web; `match` takes a path's groups. */
export interface PublishedManifest {
  readonly host: string;
  readonly path: RegExp;
  readonly objects: (groups: readonly string[]) => readonly ManifestObject[];
}

/** What can be installed into a cluster: by its profile, or by a student who applies the published manifest. */
export interface Addon {
  readonly name: string;
  /** What a profile's installer applies. */
  readonly objects?: (profile: ClusterProfile) => readonly ManifestObject[];
  /** The images of its pods; their programs do the addon's work. */
  readonly images?: readonly ImageDefinition[];
  readonly published?: readonly PublishedManifest[];
  /** A part that is no pod of the simulation. */
  readonly start?: (apiServer: ApiServer) => void;
}

/** Types an addon. */
export const defineAddon = (addon: Addon): Addon => addon;

const INSTALLER = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/**
 * Creates a manifest's objects, in order, as the cluster's administrator; those that exist already stay, or become what the
 * manifest says with `replaces`.
 */
export function installObjects(apiServer: ApiServer, objects: readonly ManifestObject[], replaces = false): void {
  for (const object of objects) {
    const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
    const served = apiServer
      .resources()
      .find((each) => each.group === group && each.version === version && each.kind === object.kind);
    invariant(served, `addon: ${object.apiVersion} ${object.kind} is not served`);
    const place = {
      group,
      version,
      resource: served.resource,
      ...(served.namespaced && { namespace: object.metadata.namespace ?? 'default' }),
      user: INSTALLER,
      body: object,
    };
    const { code, body } = apiServer.handle({ verb: 'create', ...place });
    const known = code === 409;
    if (known && replaces) apiServer.handle({ verb: 'update', ...place, name: object.metadata.name });
    invariant(code < 400 || known, `addon: ${object.kind} ${object.metadata.name ?? ''}: ${JSON.stringify(body)}`);
  }
}
