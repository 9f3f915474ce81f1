/** What an image reference names; the tag defaults to `latest` when there is neither tag nor digest. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const REFERENCE =
  /^([a-zA-Z0-9.-]+(?::\d+)?\/)?([a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(\w[\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,}))?$/;

/** Parses a reference (k8s.io/kubernetes/pkg/util/parsers); undefined when it is invalid. */
export function parseImageName(image: string): ImageName | undefined {
  if (image.length > 512) return undefined;
  const match = REFERENCE.exec(image);
  if (!match) return undefined;
  const [, registry = '', path, tag = '', digest = ''] = match;
  return { repository: registry + path, tag: tag === '' && digest === '' ? 'latest' : tag, digest };
}

/** `Always` for the tag latest, otherwise `IfNotPresent`. */
export const imagePullPolicyFor = (image: string): 'Always' | 'IfNotPresent' =>
  parseImageName(image)?.tag === 'latest' ? 'Always' : 'IfNotPresent';
