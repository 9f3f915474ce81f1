import type { KubeObject } from '@seatrial/apiserver';
import type { DescribeContext } from './describe-context.js';

/** How one kind is described (k8s.io/kubectl/pkg/describe v0.35). Returns the whole text. */
export interface Describer {
  readonly group: string;
  readonly kind: string;
  readonly describe: (object: KubeObject, context: DescribeContext) => string;
}

/** Types one describer; `T` is the kind's object type. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it types the caller's function
export function defineDescriber<T extends KubeObject>(describer: {
  readonly group: string;
  readonly kind: string;
  readonly describe: (object: T, context: DescribeContext) => string;
}): Describer {
  return describer as unknown as Describer;
}
