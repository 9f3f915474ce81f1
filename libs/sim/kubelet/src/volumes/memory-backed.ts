import type { Pod } from '@seatrial/apiserver';
import { utf8Length } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { Container } from 'kubernetes-types/core/v1.js';
import type { ProjectedFile } from './projected-files.js';

const PAGE_BYTES = 4096;

const memoryOf = ({ resources }: Pick<Container, 'resources'>): number => {
  const limit = resources?.limits?.['memory'];
  return limit === undefined ? 0 : Math.ceil(Quantity.of(limit).toNumber());
};

/** The pod's memory limit in bytes, where all of it is limited (pkg/kubelet/cm ResourceConfigForPod). */
export function podMemoryLimit({ spec }: Pod): number | undefined {
  const whole = memoryOf(spec as Pick<Container, 'resources'>);
  if (whole > 0) return whole;
  const { containers, initContainers = [] } = spec;
  if ([...containers, ...initContainers].some((container) => memoryOf(container) === 0)) return undefined;
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const together = [...containers, ...sidecars].reduce((sum, container) => sum + memoryOf(container), 0);
  return Math.max(together, ...initContainers.map(memoryOf));
}

/** A file whose content is made when it is read, a token, takes one page. */
const pagesOf = ({ content }: ProjectedFile): number =>
  typeof content === 'string' ? Math.ceil(utf8Length(content) / PAGE_BYTES) : 1;

/**
 * The first file that does not fit into a volume that is kept in memory, which may have no more than the pod
 * (emptydir calculateEmptyDirMemorySize).
 */
export function fileWithoutRoom(pod: Pod, files: readonly ProjectedFile[]): ProjectedFile | undefined {
  const limit = podMemoryLimit(pod);
  if (limit === undefined) return undefined;
  let left = Math.ceil(limit / PAGE_BYTES);
  for (const file of files) {
    left -= pagesOf(file);
    if (left < 0) return file;
  }
  return undefined;
}
