import type { AggregatedApi, Aggregation } from '../contract/api-server.js';
import type { ResourceRegistry } from './resource-registry.js';

/** What the aggregation layer knows of the group versions that something else serves. */
export class AggregatedApis implements Aggregation {
  /** By `group/version`; undefined: nobody answers. */
  private readonly known = new Map<string, AggregatedApi | undefined>();

  constructor(private readonly registry: ResourceRegistry) {}

  serve(api: AggregatedApi, priority: number): void {
    const { name, versions } = api.group;
    for (const { version } of versions) this.known.set(`${name}/${version}`, api);
    this.registry.discovery.setGroup(api.group, priority);
    this.registry.forget();
  }

  suspend(group: string, version: string): void {
    this.drop(group, version);
    this.known.set(`${group}/${version}`, undefined);
  }

  withdraw(group: string, version: string): void {
    this.drop(group, version);
    this.known.delete(`${group}/${version}`);
  }

  isSuspended(group: string, version: string | undefined): boolean {
    if (this.known.size === 0 || version === undefined) return false;
    const key = `${group}/${version}`;
    return this.known.has(key) && this.known.get(key) === undefined;
  }

  suspendedVersions(group: string): readonly string[] {
    return [...this.known]
      .filter(([key, api]) => api === undefined && key.startsWith(`${group}/`))
      .map(([key]) => key.slice(group.length + 1));
  }

  serving(group: string, version: string): AggregatedApi | undefined {
    return this.known.size === 0 ? undefined : this.known.get(`${group}/${version}`);
  }

  private drop(group: string, version: string): void {
    if (this.serving(group, version) === undefined) return;
    this.registry.discovery.removeGroup(group);
    this.registry.forget();
  }
}
