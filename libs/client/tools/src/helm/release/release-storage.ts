import type { KubeObject, Status } from '@seatrial/apiserver';
import { encodeBase64, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { isFailure, type ApiConnection } from '@seatrial/kubectl';
import { failHelm } from '../helm-failure.js';
import type { Release } from './release.js';
import { decodeRelease, encodeRelease } from './release-record.js';

interface ReleaseSecret extends KubeObject {
  readonly data?: { readonly release?: string };
}

const SECRETS = { group: '', version: 'v1', resource: 'secrets' } as const;

/** The Secret of a revision. */
const secretName = ({ name, version }: Release): string => `sh.helm.release.v1.${name}.v${String(version)}`;

/** Releases as Secrets (pkg/storage/driver of Helm v4.1). */
export class ReleaseStorage {
  constructor(
    private readonly api: ApiConnection,
    private readonly now: () => number,
  ) {}

  *create(release: Release): Coroutine<void> {
    const response = yield* this.api.send({
      verb: 'create',
      ...SECRETS,
      namespace: release.namespace,
      body: this.secretOf(release),
      options: { fieldManager: 'helm' },
    });
    if (isFailure(response)) failHelm(`create: failed to create: ${(response.body as Status).message}`);
  }

  *update(release: Release): Coroutine<void> {
    const name = secretName(release);
    const { data, metadata } = this.secretOf(release);
    const { labels } = metadata as { labels: JsonObject };
    const response = yield* this.api.send({
      verb: 'patch',
      ...SECRETS,
      namespace: release.namespace,
      name,
      patchType: 'merge',
      body: { data, metadata: { labels } },
      options: { fieldManager: 'helm' },
    });
    if (isFailure(response)) failHelm(`update: failed to update: ${(response.body as Status).message}`);
  }

  *delete(release: Release): Coroutine<void> {
    const name = secretName(release);
    yield* this.api.send({ verb: 'delete', ...SECRETS, namespace: release.namespace, name });
  }

  /** The revisions of a release, oldest first. */
  *history(namespace: string, name: string): Coroutine<Release[]> {
    return yield* this.read(namespace, `owner=helm,name=${name}`);
  }

  /** Every revision in a namespace, or in all. */
  *all(namespace: string | undefined): Coroutine<Release[]> {
    return yield* this.read(namespace, 'owner=helm');
  }

  /** Before a further revision: deletes the oldest, but for what is deployed, until there is room for it. */
  *prune(history: readonly Release[], most: number): Coroutine<void> {
    if (most <= 0) return;
    const deployed = history.findLast(({ status }) => status === 'deployed');
    const surplus = history.length - most + 1;
    const old = history.filter((release) => release !== deployed);
    for (const release of old.slice(0, Math.max(0, surplus))) yield* this.delete(release);
  }

  private *read(namespace: string | undefined, labelSelector: string): Coroutine<Release[]> {
    const response = yield* this.api.send({
      verb: 'list',
      ...SECRETS,
      ...(namespace !== undefined && { namespace }),
      options: { labelSelector },
    });
    if (isFailure(response)) failHelm(`list: failed to list: ${(response.body as Status).message}`);
    const { items } = response.body as unknown as { items: readonly ReleaseSecret[] };
    return items
      .map(({ data, metadata }) => decodeRelease(data?.release ?? '', metadata.labels ?? {}))
      .filter((release) => release !== undefined)
      .sort((a, b) => a.version - b.version);
  }

  private secretOf(release: Release): JsonObject {
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: secretName(release),
        namespace: release.namespace,
        labels: {
          ...release.labels,
          modifiedAt: String(Math.floor(this.now() / 1000)),
          name: release.name,
          owner: 'helm',
          status: release.status,
          version: String(release.version),
        },
      },
      type: 'helm.sh/release.v1',
      data: { release: encodeBase64(encodeRelease(release)) },
    };
  }
}
