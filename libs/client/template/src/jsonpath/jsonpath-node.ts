/** A parameter of `[start:end:step]`; `derived` when only a start was given. */
export interface SliceParameter {
  readonly value: number;
  readonly known: boolean;
  readonly derived: boolean;
}

/** One node of a JSONPath template (client-go util/jsonpath). A list's nodes apply one after another. */
export type JsonPathNode =
  | { readonly type: 'list'; readonly nodes: JsonPathNode[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'array'; readonly parameters: readonly [SliceParameter, SliceParameter, SliceParameter] }
  | { readonly type: 'filter'; readonly left: JsonPathNode; readonly right: JsonPathNode; readonly operator: string }
  | { readonly type: 'literal'; readonly value: JsonPathLiteral }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly nodes: readonly JsonPathNode[] }
  | { readonly type: 'identifier'; readonly name: string };

/** A number with a decimal point, which Go does not compare with integers. */
export class FloatLiteral {
  constructor(readonly value: number) {}
}

export type JsonPathLiteral = number | boolean | FloatLiteral;
