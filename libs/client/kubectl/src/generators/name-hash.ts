import { sha256Hex, type JsonObject } from '@seatrial/kernel';
import { toCompactJson } from '@seatrial/manifest';
import { metadataOf, nameOf, textOf } from '../resource/resource-info.js';

const ENCODED: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

const encode = (hex: string): string => hex.slice(0, 10).replace(/[013ae]/g, (digit) => ENCODED[digit]);

/** The hash of a ConfigMap's or Secret's content and name (kubectl/pkg/util/hash); kustomize leaves the name out. */
export function contentHash(object: JsonObject, name = nameOf(object)): string {
  const data = object.data ?? (name === '' ? '' : {});
  const content =
    object.kind === 'Secret'
      ? { data, kind: 'Secret', name, type: textOf(object.type) }
      : {
          ...(object.binaryData ? { binaryData: object.binaryData } : {}),
          data,
          kind: 'ConfigMap',
          name,
        };
  return encode(sha256Hex(toCompactJson(content)));
}

/** --append-hash: the object under a name with its content's hash. */
export function withHashedName(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), name: `${nameOf(object)}-${contentHash(object)}` } };
}
