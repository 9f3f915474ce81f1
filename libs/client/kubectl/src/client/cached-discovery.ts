import type { ServedResource } from '@seatrial/apiserver';
import { jsonEqual, type FacilityKey, type JsonValue, type Machine } from '@seatrial/kernel';
import { failWith } from '../command/failure.js';
import { RestMapper } from './rest-mapper.js';

/** client-go's discovery on disk (`~/.kube/cache`, k8s.io/cli-runtime v0.35): what a server offered when it was last asked. */
interface CachedDiscovery {
  resources: readonly ServedResource[];
  /** Virtual ms since the epoch. */
  readAt: number;
}

const CACHE: FacilityKey<Map<string, CachedDiscovery>> = { name: 'kubectl discovery cache' };
const TTL_MS = 6 * 3600 * 1000;

const restMappers = new WeakMap<readonly ServedResource[], RestMapper>();

/** The mapper of one state of discovery; made once. */
function restMapperOf(resources: readonly ServedResource[]): RestMapper {
  const known = restMappers.get(resources);
  if (known) return known;
  const mapper = new RestMapper(resources);
  restMappers.set(resources, mapper);
  return mapper;
}

/** Knows what was there when discovery was last read; asks anew when something is not found (restmapper's deferred mapper). */
class DeferredRestMapper extends RestMapper {
  constructor(
    stale: readonly ServedResource[],
    private readonly refresh: () => RestMapper,
  ) {
    super(stale);
  }

  override mappingFor(typed: string): ServedResource | undefined {
    const parts = typed.split('.').length;
    // `pods.metrics.k8s.io` is first sought as version `metrics` of `k8s.io`, and what is not found is asked for anew.
    if (parts > 2 && !this.fullySpecified(typed)) return this.refresh().mappingFor(typed);
    return super.mappingFor(typed) ?? this.refresh().mappingFor(typed);
  }

  override forKind(apiVersion: string, kind: string): ServedResource | undefined {
    return super.forKind(apiVersion, kind) ?? this.refresh().forKind(apiVersion, kind);
  }

  override forGroupKind(group: string, kind: string): ServedResource | undefined {
    return super.forGroupKind(group, kind) ?? this.refresh().forGroupKind(group, kind);
  }

  override forResource(group: string, resource: string): ServedResource | undefined {
    return super.forResource(group, resource) ?? this.refresh().forResource(group, resource);
  }

  /** A category's members are those known before, each looked up anew. */
  override inCategory(category: string): readonly ServedResource[] {
    const before = super.inCategory(category);
    if (before.length === 0) return before;
    const now = this.refresh();
    for (const { group, resource } of before)
      if (!now.forResource(group, resource)) failWith(`the server doesn't have a resource type "${resource}"`);
    return before;
  }
}

/** Whose cache it is, and what the server offers now. */
interface DiscoveryRequest {
  readonly machine: Machine;
  readonly key: string;
  readonly current: readonly ServedResource[];
  /** Reads anew although the cache is good. */
  readonly invalidate: boolean;
  /** Told of a mapper that takes the place of the one that was given. */
  readonly onRefresh: (mapper: RestMapper) => void;
}

/** Whether a server's discovery is kept, so that nobody has to ask for it. */
export function isDiscoveryKept(machine: Machine, key: string): boolean {
  const kept = machine.facility(CACHE)?.get(key);
  return kept !== undefined && machine.simulation.now() - kept.readAt < TTL_MS;
}

/** The mapper of a server as one user on one machine has it in the cache. */
export function cachedRestMapper({ machine, key, current, invalidate, onRefresh }: DiscoveryRequest): RestMapper {
  let cache = machine.facility(CACHE);
  if (!cache) machine.provide(CACHE, (cache = new Map<string, CachedDiscovery>()));
  const now = machine.simulation.now();
  const fresh = (): CachedDiscovery => {
    const read = { resources: current, readAt: now };
    cache.set(key, read);
    return read;
  };
  const known = cache.get(key);
  const entry = known && !invalidate && now - known.readAt < TTL_MS ? known : fresh();
  if (entry.resources === current || sameResources(entry.resources, current)) return restMapperOf(current);
  return new DeferredRestMapper(entry.resources, () => {
    const mapper = restMapperOf(fresh().resources);
    onRefresh(mapper);
    return mapper;
  });
}

/** All that a resource is found by. */
const namesOf = ({ group, version, resource, kind, singular, shortNames, categories }: ServedResource): JsonValue => [
  group,
  version,
  resource,
  kind,
  singular,
  [...shortNames],
  [...categories],
];

const sameResources = (a: readonly ServedResource[], b: readonly ServedResource[]): boolean =>
  a.length === b.length &&
  a.every((entry, index) => entry === b[index] || jsonEqual(namesOf(entry), namesOf(b[index])));
