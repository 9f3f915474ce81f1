import { goQuote } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

/** A path below a volume, and where it comes from in a projected one. */
interface PathAndSource {
  readonly path: string;
  readonly source: string;
}

const shown = ({ path, source }: PathAndSource): string => (source ? `${goQuote(path)} (${source})` : goQuote(path));

const within = (inner: string, outer: string): boolean => `${inner}/`.startsWith(`${outer}/`);

/** Each pair of paths of which one holds the other (checkVolumeMappingForOverlap). */
function overlaps(paths: readonly PathAndSource[]): string[] {
  const known: PathAndSource[] = [];
  return paths.flatMap(({ path, source }) => {
    const next = { path: path.replace(/\/+$/, ''), source };
    const others = known.filter((one) => one.path && (within(one.path, next.path) || within(next.path, one.path)));
    known.push(next);
    return next.path ? others.map((other) => `${shown(next)} with ${shown(other)}`) : [];
  });
}

const itemPaths = (items: readonly { readonly path: string }[] | undefined, source = ''): PathAndSource[] =>
  (items ?? []).map(({ path }) => ({ path, source }));

function projectedPaths(part: core.VolumeProjection): PathAndSource[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = part;
  if (configMap?.items) return itemPaths(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`);
  if (secret?.items) return itemPaths(secret.items, `Secret ${goQuote(secret.name ?? '')}`);
  if (downwardAPI?.items) return itemPaths(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? [{ path: serviceAccountToken.path, source: 'ServiceAccountToken' }] : [];
}

/** What is odd about the files of a pod's volumes (k8s.io/kubernetes/pkg/api/pod/warnings.go, v1.35). */
export function volumePathWarnings(volumes: readonly core.Volume[] | undefined): string[] {
  return (volumes ?? []).flatMap(({ name, configMap, secret, downwardAPI, projected }) => {
    const about = (kind: string, paths: readonly PathAndSource[]): string[] =>
      overlaps(paths).map((pair) => `volume ${goQuote(name)} (${kind}): overlapping paths: ${pair}`);
    const parts = projected?.sources ?? [];
    return [
      ...about(`ConfigMap ${goQuote(configMap?.name ?? '')}`, itemPaths(configMap?.items)),
      ...about(`Secret ${goQuote(secret?.secretName ?? '')}`, itemPaths(secret?.items)),
      ...about('DownwardAPI', itemPaths(downwardAPI?.items)),
      ...parts.flatMap((part) =>
        Object.keys(part).length === 0 ? [`volume ${goQuote(name)} (Projected) has no sources provided`] : [],
      ),
      ...about('Projected', parts.flatMap(projectedPaths)),
    ];
  });
}
