import { compareStrings } from '@seatrial/kernel';
import type { ApiGroup, ApiResource } from './api-resource.js';
import { builtInGroups } from './built-in-groups.js';

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
  private all: readonly ApiResource[] | undefined;
  private index: ReadonlyMap<string, ApiResource> | undefined;

  /** Groups in order of priority, the core group first. */
  get groups(): readonly ApiGroup[] {
    return [...builtInGroups(), ...this.ranked.map((entry) => entry.group)];
  }

  /** Every resource of every version, in order of group priority. */
  get resources(): readonly ApiResource[] {
    this.all ??= this.groups.flatMap((group) => group.versions.flatMap((version) => version.resources));
    return this.all;
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
    return this.lookup().get(`r/${group}/${version}/${resource}`);
  }

  /** The resource that serves a kind. */
  byKind(group: string, version: string, kind: string): ApiResource | undefined {
    return this.lookup().get(`k/${group}/${version}/${kind}`);
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
    const parts = typed.split('.');
    const name = parts[0];
    if (parts.length >= 3) {
      const exact = this.match(name, parts.slice(2).join('.'), parts[1]);
      if (exact) return exact;
    }
    return this.match(name, parts.slice(1).join('.'), '');
  }

  /** Resources in a category such as `all`. */
  inCategory(category: string): readonly ApiResource[] {
    return this.resources.filter((entry) => entry.categories.includes(category));
  }

  private match(typed: string, group: string, version: string): ApiResource | undefined {
    const name = this.expandShortName(typed, group).toLowerCase();
    const named = this.resources.filter(
      (entry) =>
        (entry.resource === name || entry.singular === name || entry.kind.toLowerCase() === name) &&
        (version === '' || entry.version === version),
    );
    if (group === '') return named[0];
    return named.find((entry) => entry.group === group) ?? named.find((entry) => entry.group.startsWith(group));
  }

  private expandShortName(name: string, group: string): string {
    if (this.resources.some((entry) => entry.resource === name || entry.singular === name)) return name;
    const found = this.resources.find(
      (entry) => entry.shortNames.includes(name) && (group === '' || entry.group === group),
    );
    return found?.resource ?? name;
  }

  private lookup(): ReadonlyMap<string, ApiResource> {
    if (!this.index) {
      const index = new Map<string, ApiResource>();
      for (const entry of this.resources) {
        index.set(`r/${entry.group}/${entry.version}/${entry.resource}`, entry);
        index.set(`k/${entry.group}/${entry.version}/${entry.kind}`, entry);
      }
      this.index = index;
    }
    return this.index;
  }

  private forget(): void {
    this.all = undefined;
    this.index = undefined;
  }
}
