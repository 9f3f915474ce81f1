import { jsonEqual } from '@seatrial/kernel';
import type { CustomResourceDefinition, DefinitionCondition, DefinitionNames } from './custom-resources.js';

/** What the naming controller finds: the names that a definition is served by, and its condition without a time. */
export interface Naming {
  readonly accepted: DefinitionNames;
  readonly condition: Omit<DefinitionCondition, 'lastTransitionTime'>;
}

/**
 * The names of a definition that no other of its group holds; what is refused keeps its accepted value
 * (k8s.io/apiextensions-apiserver v0.35, controller/status.calculateNamesAndConditions).
 */
export function acceptedNames(
  definition: CustomResourceDefinition,
  definitions: Iterable<CustomResourceDefinition>,
): Naming {
  const resources = new Set<string | undefined>();
  const kinds = new Set<string | undefined>();
  for (const { spec, status } of definitions) {
    if (spec.group !== definition.spec.group || !status?.acceptedNames) continue;
    const { plural, singular, shortNames = [], kind, listKind } = status.acceptedNames;
    for (const name of [plural, singular, ...shortNames]) resources.add(name);
    for (const name of [kind, listKind]) kinds.add(name);
  }
  const wanted = definition.spec.names;
  const had: DefinitionNames = definition.status?.acceptedNames ?? { plural: '', kind: '' };
  const accepted: Record<string, unknown> = { ...had };
  let refusal: { readonly reason: string; readonly message: string } | undefined;
  const inUse = (name: string | undefined): string => `${JSON.stringify(name ?? '')} is already in use`;
  const claim = (member: 'plural' | 'singular' | 'kind' | 'listKind', used: Set<string | undefined>): void => {
    if (wanted[member] === had[member] || !used.has(wanted[member])) accepted[member] = wanted[member];
    else refusal = { reason: `${member[0].toUpperCase()}${member.slice(1)}Conflict`, message: inUse(wanted[member]) };
  };
  claim('plural', resources);
  claim('singular', resources);
  if (!jsonEqual(wanted.shortNames, had.shortNames)) {
    const own = new Set(had.shortNames);
    const taken = (wanted.shortNames ?? []).filter((name) => !own.has(name) && resources.has(name)).map(inUse);
    const messages = [...new Set(taken)];
    if (messages.length === 0) accepted.shortNames = wanted.shortNames;
    else
      refusal = {
        reason: 'ShortNamesConflict',
        message: messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`,
      };
  }
  claim('kind', kinds);
  claim('listKind', kinds);
  accepted.categories = wanted.categories;
  for (const [member, value] of Object.entries(accepted))
    if (value === undefined) Reflect.deleteProperty(accepted, member);
  return {
    accepted: accepted as unknown as DefinitionNames,
    condition: {
      type: 'NamesAccepted',
      status: refusal ? 'False' : 'True',
      reason: refusal?.reason ?? 'NoConflicts',
      message: refusal?.message ?? 'no conflicts found',
    },
  };
}
