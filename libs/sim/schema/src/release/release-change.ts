/** Something that a release of Kubernetes changed, in the words that a student reads. */
export interface ReleaseChange {
  /** The release that changed it: `v1.18`. */
  readonly release: string;
  readonly text: { readonly en: string; readonly es: string };
}

/** `kubectl`'s way of naming a release in a text: `since Kubernetes v1.18 …`. */
export const change = (release: string, en: string, es: string): ReleaseChange => ({
  release,
  text: { en: `since Kubernetes ${release} ${en}`, es: `desde Kubernetes ${release} ${es}` },
});

/** Compares releases such as `v1.9` and `v1.35.4` by their numbers. */
export function compareReleases(a: string, b: string): number {
  const numbers = (text: string): number[] => text.replace(/^v/, '').split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
