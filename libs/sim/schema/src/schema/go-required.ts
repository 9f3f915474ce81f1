import { goRequiredMembersJson } from '../reference/go-required-members.gen.js';

type Required = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

let loaded: Required | undefined;

/** A struct's members without `omitempty`: they are written whatever their value (k8s.io/api v0.35.4). */
export const goRequiredMembers = (pkg: string, struct: string): readonly string[] =>
  (loaded ??= JSON.parse(goRequiredMembersJson) as Required)[pkg]?.[struct] ?? [];

/** Whether a struct's member is written whatever its value. */
export const isGoRequired = (pkg: string, struct: string, field: string): boolean =>
  goRequiredMembers(pkg, struct).includes(field);
