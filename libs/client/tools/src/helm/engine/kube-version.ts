/** A version of Kubernetes as charts see it (pkg/chart/common KubeVersion of Helm v4.1). */
export interface KubeVersion {
  /** As it was given, with `v`. */
  readonly version: string;
  /** Without suffixes: what constraints are held against. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

/** What the client was built with; a cluster's own version takes its place. */
export const CLIENT_KUBE_VERSION = 'v1.35.0';

/** `1.30`, `v1.35.4+k3s1`…; undefined for what apimachinery's ParseGeneric refuses. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
  const numbers = /^\s*v?((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+)/.exec(text)?.[1];
  if (numbers === undefined) return undefined;
  const [major, minor] = numbers.split('.');
  return { version: text.startsWith('v') ? text : `v${text}`, normalized: `v${numbers}`, major, minor };
}
