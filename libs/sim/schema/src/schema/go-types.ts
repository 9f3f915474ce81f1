import { goPodTemplateTypesJson } from '../reference/go-pod-template-types.gen.js';

/** One field of a Go struct, in declaration order; an embedded struct has no `json` name. */
export interface GoField {
  readonly name: string;
  readonly type: string;
  readonly json?: string;
}

/** The Go structs behind PodTemplateSpec and the underlying kinds of the named types they use. */
export interface GoTypes {
  readonly named: Readonly<Record<string, string>>;
  readonly structs: Readonly<Record<string, readonly GoField[]>>;
}

let loaded: GoTypes | undefined;

export function goTypes(): GoTypes {
  loaded ??= JSON.parse(goPodTemplateTypesJson) as GoTypes;
  return loaded;
}
