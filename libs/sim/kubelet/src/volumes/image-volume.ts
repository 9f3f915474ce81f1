import { fail, ok } from '@seatrial/kernel';
import type { Pod } from '@seatrial/apiserver';
import type { Container } from 'kubernetes-types/core/v1.js';
import type { VolumeMounter } from './volume-mounter.js';

/** The files of an image, for reading only (ImageVolume). */
export const imageVolume: VolumeMounter = (volume, context) => {
  const { reference = '' } = (volume as { readonly image?: { readonly reference?: string } }).image ?? {};
  const root = context.imageRoot(reference);
  return root ? ok({ root, readOnly: true }) : fail(`image ${JSON.stringify(reference)} not found`);
};

const isImage = (volume: object): boolean => Boolean((volume as { readonly image?: unknown }).image);

/** What a containerd before 2.1, which knows no image volumes, makes of a mount without a source; undefined when all is well. */
export function imageVolumeProblem(
  pod: Pod,
  container: Container,
  nodeInfo: Readonly<Record<string, string>>,
): string | undefined {
  if (!pod.spec.volumes?.some(isImage)) return undefined;
  const [, major, minor] = /^containerd:\/\/(\d+)\.(\d+)/.exec(nodeInfo['containerRuntimeVersion'] ?? '') ?? [];
  if (major === undefined || Number(major) > 2 || (Number(major) === 2 && Number(minor) > 0)) return undefined;
  const images = pod.spec.volumes.filter(isImage);
  const mounts = container.volumeMounts?.some(({ name }) => images.some((volume) => volume.name === name));
  return mounts ? 'failed to mkdir "": mkdir : no such file or directory' : undefined;
}
