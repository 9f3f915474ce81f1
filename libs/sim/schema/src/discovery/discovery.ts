import { compareStrings } from '@seatrial/kernel';
import type { ApiGroup, ApiResource } from './api-resource.js';
import { builtInGroups } from './built-in-groups.js';
import { ServedResources } from './served-resources.js';

/** CustomResourceDefinitions' groups come after the built-in ones (kube-aggregator's crdregistration: 1000). */
const CUSTOM_PRIORITY = 1000;

interface RankedGroup {
  readonly group: ApiGroup;
  readonly priority: number;
}

/**
 * What one API server serves: the built-in groups in their order of priority, then registered ones.
 * Lookups follow kubectl's RESTMapper (shortcut expander, priority mapper).
 */
export class Discovery {
  private ranked: readonly RankedGroup[] = [];
  private known: ServedResources | undefined;

  /** Groups in order of priority, the core group first. */
  get groups(): readonly ApiGroup[] {
    return [...builtInGroups(), ...this.ranked.map((entry) => entry.group)];
  }

  /** Every resource of every version, in order of group priority. */
  get resources(): readonly ApiResource[] {
    return this.served().resources;
  }

  /** Adds or replaces a group (custom resources, aggregated APIs). */
  setGroup(group: ApiGroup, priority = CUSTOM_PRIORITY): void {
    const others = this.ranked.filter((entry) => entry.group.name !== group.name);
    this.ranked = [...others, { group, priority }].sort(
      (a, b) => b.priority - a.priority || compareStrings(a.group.name, b.group.name),
    );
    this.forget();
  }

  removeGroup(name: string): void {
    this.ranked = this.ranked.filter((entry) => entry.group.name !== name);
    this.forget();
  }

  group(name: string): ApiGroup | undefined {
    return this.groups.find((group) => group.name === name);
  }

  /** The resource at a group, version and plural name. */
  byResource(group: string, version: string, resource: string): ApiResource | undefined {
    return this.served().byResource(group, version, resource);
  }

  /** The resource that serves a kind. */
  byKind(group: string, version: string, kind: string): ApiResource | undefined {
    return this.served().byKind(group, version, kind);
  }

  /** The resource of a kind in its group's preferred version. */
  preferredByKind(group: string, kind: string): ApiResource | undefined {
    return this.resources.find((entry) => entry.group === group && entry.kind === kind);
  }

  /**
   * What a user means by `pods`, `po`, `Pod`, `deployments.apps`, `deployments.v1.apps`: the match of the
   * group with the highest priority. Undefined when there is none.
   */
  resolve(typed: string): ApiResource | undefined {
    return this.served().resolve(typed);
  }

  /** Resources in a category such as `all`. */
  inCategory(category: string): readonly ApiResource[] {
    return this.resources.filter((entry) => entry.categories.includes(category));
  }

  /** Clusters without groups of their own share what is known of the built-in ones. */
  private served(): ServedResources {
    if (this.ranked.length === 0) return (builtIn ??= new ServedResources(builtInGroups()));
    return (this.known ??= new ServedResources(this.groups));
  }

  private forget(): void {
    this.known = undefined;
  }
}

let builtIn: ServedResources | undefined;
