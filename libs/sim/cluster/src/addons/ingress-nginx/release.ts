import { sha256Hex } from '@seatrial/kernel';

/** For which kind of cluster the manifest is (deploy/static/provider of kubernetes/ingress-nginx). */
export type IngressNginxProvider = 'aws' | 'baremetal' | 'cloud' | 'kind' | 'minikube';

export const NAMESPACE = 'ingress-nginx';
export const NAME = 'ingress-nginx';
export const ADMISSION = 'ingress-nginx-admission';
export const RBAC = 'rbac.authorization.k8s.io';

/** The labels by which a component's pods are found. */
export const selector = (component: string): Record<string, string> => ({
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/instance': NAME,
  'app.kubernetes.io/name': NAME,
});

export type Meta = Record<string, unknown>;

/** What the objects of one release share. */
export class Release {
  constructor(
    readonly version: string,
    readonly provider: IngressNginxProvider,
  ) {}

  labels(component?: string): Record<string, string> {
    return {
      ...(component !== undefined && { 'app.kubernetes.io/component': component }),
      'app.kubernetes.io/instance': NAME,
      'app.kubernetes.io/name': NAME,
      'app.kubernetes.io/part-of': NAME,
      'app.kubernetes.io/version': this.version.slice(1),
    };
  }

  meta(name: string, component?: string, namespaced = true): Meta {
    return { labels: this.labels(component), name, ...(namespaced && { namespace: NAMESPACE }) };
  }

  image(name: string, tag: string): string {
    return `registry.k8s.io/ingress-nginx/${name}:${tag}@sha256:${sha256Hex(`${name}:${tag}`)}`;
  }

  /** The second number of the version. */
  get minor(): number {
    return Number(this.version.split('.')[1]);
  }

  /** Whether the controller listens on its node's own ports. */
  get hostPorts(): boolean {
    return this.provider === 'kind' || this.provider === 'minikube';
  }
}
