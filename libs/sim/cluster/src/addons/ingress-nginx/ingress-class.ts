import { INGRESSES, type Ingress, type KubeObject, type ObjectReader, type ResourceType } from '@seatrial/apiserver';

export interface IngressClass extends KubeObject {
  readonly spec?: { readonly controller?: string };
}

export const INGRESS_CLASSES: ResourceType<IngressClass> = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingressclasses',
  kind: 'IngressClass',
  namespaced: false,
};

const ANNOTATION = 'kubernetes.io/ingress.class';

/** Which Ingresses a controller takes for its own. */
export interface ClassChoice {
  /** `spec.controller` of its IngressClasses. */
  readonly controller: string;
  /** The value of the old annotation. */
  readonly annotation: string;
  /** Those that name no class at all are taken too. */
  readonly withoutClass: boolean;
}

/** Whether an Ingress is a controller's (ingress-nginx: store.go GetIngressClass). */
export function isOfClass(store: ObjectReader, ingress: Ingress, choice: ClassChoice): boolean {
  const annotated = ingress.metadata.annotations?.[ANNOTATION];
  if (annotated !== undefined && annotated !== '') return annotated === choice.annotation;
  const name = ingress.spec.ingressClassName;
  if (name === undefined) return choice.withoutClass;
  return store.get(INGRESS_CLASSES, undefined, name)?.spec?.controller === choice.controller;
}

export const ingressesOfClass = (store: ObjectReader, choice: ClassChoice): readonly Ingress[] =>
  store.list(INGRESSES).filter((ingress) => isOfClass(store, ingress, choice));
