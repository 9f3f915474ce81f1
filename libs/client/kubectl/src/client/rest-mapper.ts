import type { ServedResource } from '@seatrial/apiserver';

const splitFirst = (text: string): [string, string] => {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
};

/** `deployments.apps`, or `pods` of the core group (schema.GroupResource). */
export const groupResourceOf = (mapping: ServedResource): string =>
  mapping.group === '' ? mapping.resource : `${mapping.resource}.${mapping.group}`;

/** `deployment.apps`: how results name the kind of an object. */
export const groupKindOf = (mapping: { readonly group: string; readonly kind: string }): string =>
  mapping.group === '' ? mapping.kind.toLowerCase() : `${mapping.kind.toLowerCase()}.${mapping.group}`;

export const apiVersionOf = (mapping: { readonly group: string; readonly version: string }): string =>
  mapping.group === '' ? mapping.version : `${mapping.group}/${mapping.version}`;

/** Servers that tell of no singular name (metrics-server) have it guessed from the kind. */
const singularOf = ({ singular, kind }: ServedResource): string => (singular === '' ? kind.toLowerCase() : singular);

/** What typed resource names mean (meta.DefaultRESTMapper, restmapper's shortcut and priority mappers). */
export class RestMapper {
  private readonly preferred: readonly ServedResource[];

  constructor(readonly resources: readonly ServedResource[]) {
    this.preferred = [
      ...resources.filter((entry) => entry.preferred),
      ...resources.filter((entry) => !entry.preferred),
    ];
  }

  /** The resource that a user's word names (resource.Builder mappingFor); undefined when there is none. */
  mappingFor(typed: string): ServedResource | undefined {
    const [name, rest] = splitFirst(typed);
    return this.fullySpecified(typed) ?? this.find(name, rest, undefined) ?? this.byKindName(typed);
  }

  /** What is looked up first: `resource.version.group`. */
  protected fullySpecified(typed: string): ServedResource | undefined {
    const [name, rest] = splitFirst(typed);
    const [version, group] = splitFirst(rest);
    return rest.includes('.') ? this.find(name, group, version) : undefined;
  }

  /** Other resources that a short name could mean (restmapper's shortcut expander warns of them). */
  ambiguous(typed: string): readonly ServedResource[] {
    if (this.resources.some((entry) => entry.resource === typed || singularOf(entry) === typed)) return [];
    const matches = new Map(
      this.preferred
        .filter((entry) => entry.shortNames.includes(typed))
        .map((entry) => [groupResourceOf(entry), entry]),
    );
    return [...matches.values()].slice(1);
  }

  /** The resource word that the error about an unknown one names. */
  static resourceWord(typed: string): string {
    return splitFirst(typed)[0];
  }

  private find(typed: string, group: string, asked: string | undefined): ServedResource | undefined {
    const name = this.expand(typed, group).toLowerCase();
    // The shortcut expander keeps the group of what it expands, not the version.
    const version = name === typed.toLowerCase() ? asked : undefined;
    const named = this.preferred.filter(
      (entry) =>
        (entry.resource === name || singularOf(entry) === name) && (version === undefined || entry.version === version),
    );
    if (group === '') return named[0];
    const exact = named.find((entry) => entry.group === group);
    return exact ?? (version === undefined ? named.find((entry) => entry.group.startsWith(group)) : undefined);
  }

  private expand(name: string, group: string): string {
    if (this.resources.some((entry) => entry.resource === name || singularOf(entry) === name)) return name;
    const short = this.preferred.find(
      (entry) => entry.shortNames.includes(name) && (group === '' || entry.group.startsWith(group)),
    );
    return short?.resource ?? name;
  }

  private byKindName(typed: string): ServedResource | undefined {
    const [kind, rest] = splitFirst(typed);
    const [version, group] = splitFirst(rest);
    return (
      this.preferred.find((entry) => entry.kind === kind && entry.group === group && entry.version === version) ??
      this.preferred.find((entry) => entry.kind === kind && entry.group === rest)
    );
  }

  /** The resource that serves a kind of one version; all-lower-case kinds are known too (restmapper discovery). */
  forKind(apiVersion: string, kind: string): ServedResource | undefined {
    return this.resources.find(
      (entry) => (entry.kind === kind || entry.kind.toLowerCase() === kind) && apiVersionOf(entry) === apiVersion,
    );
  }

  /** The resource of a kind in whichever version is preferred. */
  forGroupKind(group: string, kind: string): ServedResource | undefined {
    return this.preferred.find((entry) => entry.group === group && entry.kind === kind);
  }

  /** The resource of a group and plural name in its preferred version. */
  forResource(group: string, resource: string): ServedResource | undefined {
    return this.preferred.find((entry) => entry.group === group && entry.resource === resource);
  }

  /** Resources of a category such as `all`, each once in its preferred version, in discovery's order. */
  inCategory(category: string): readonly ServedResource[] {
    const seen = new Set<string>();
    return this.preferred.filter((entry) => {
      if (!entry.categories.includes(category)) return false;
      const id = groupResourceOf(entry);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
  }
}
