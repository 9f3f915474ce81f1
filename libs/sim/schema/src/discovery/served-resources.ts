import type { ApiGroup, ApiResource } from './api-resource.js';

/** Users name few resources in few ways: so many answers are kept. */
const KEPT_NAMES = 1000;

/** The resources of a list of groups, and how they are found; what was asked for before is kept. */
export class ServedResources {
  /** Every resource of every version, in order of group priority. */
  readonly resources: readonly ApiResource[];
  private readonly byName = new Map<string, ApiResource[]>();
  private readonly byKinds = new Map<string, ApiResource[]>();
  private readonly typed = new Map<string, ApiResource | undefined>();

  constructor(groups: readonly ApiGroup[]) {
    this.resources = groups.flatMap((group) => group.versions.flatMap((version) => version.resources));
    for (const entry of this.resources) {
      add(this.byName, entry.resource, entry);
      add(this.byKinds, entry.kind, entry);
    }
  }

  byResource(group: string, version: string, resource: string): ApiResource | undefined {
    return this.byName.get(resource)?.findLast((entry) => entry.group === group && entry.version === version);
  }

  byKind(group: string, version: string, kind: string): ApiResource | undefined {
    return this.byKinds.get(kind)?.findLast((entry) => entry.group === group && entry.version === version);
  }

  /** What a user means, as {@link Discovery.resolve} explains. */
  resolve(typed: string): ApiResource | undefined {
    if (this.typed.has(typed)) return this.typed.get(typed);
    const found = this.find(typed);
    if (this.typed.size >= KEPT_NAMES) this.typed.clear();
    this.typed.set(typed, found);
    return found;
  }

  private find(typed: string): ApiResource | undefined {
    const parts = typed.split('.');
    const name = parts[0];
    if (parts.length >= 3) {
      const exact = this.match(name, parts.slice(2).join('.'), parts[1]);
      if (exact) return exact;
    }
    return this.match(name, parts.slice(1).join('.'), '');
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
}

function add(index: Map<string, ApiResource[]>, key: string, entry: ApiResource): void {
  const known = index.get(key);
  if (known) known.push(entry);
  else index.set(key, [entry]);
}
