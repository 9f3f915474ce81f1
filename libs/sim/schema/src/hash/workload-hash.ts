import {
  SAFE_ALPHABET,
  encodeUtf8,
  fnv32,
  fnv32a,
  goCanonicalJson,
  rememberRecent,
  type JsonObject,
} from '@seatrial/kernel';
import { dumpPodTemplate } from './go-dump.js';

/** rand.SafeEncodeString: every character mapped into the alphabet without vowels. */
export function encodeSafe(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) out += SAFE_ALPHABET.charAt(text.charCodeAt(i) % SAFE_ALPHABET.length);
  return out;
}

function collisionBytes(count: number): Uint8Array {
  return Uint8Array.of(count & 255, (count >>> 8) & 255, (count >>> 16) & 255, (count >>> 24) & 255, 0, 0, 0, 0);
}

/**
 * The pod-template-hash of a ReplicaSet and the controller-revision-hash of a DaemonSet (k8s.io/kubernetes/pkg/controller
 * ComputeHash), from the template as stored; `collisionCount` from the owner's status, where it is set.
 */
export function podTemplateHash(template: JsonObject, collisionCount?: number): string {
  const { dump, hash } = dumpOf(JSON.stringify(template));
  if (collisionCount === undefined) return hash;
  const bytes = new Uint8Array(dump.length + 8);
  bytes.set(dump);
  bytes.set(collisionBytes(collisionCount), dump.length);
  return encodeSafe(String(fnv32a(bytes)));
}

/** Courses hash the same few templates over and over: the latest are kept. */
const dumpOf = rememberRecent((template: string) => {
  const dump = encodeUtf8(dumpPodTemplate(JSON.parse(template) as JsonObject));
  return { dump, hash: encodeSafe(String(fnv32a(dump))) };
}, 64);

/**
 * The hash in the name of a StatefulSet's ControllerRevision (pkg/controller/history HashControllerRevision): over the
 * revision's data and the collision count.
 */
export function controllerRevisionHash(data: JsonObject, collisionCount = 0): string {
  return encodeSafe(String(fnv32(encodeUtf8(goCanonicalJson(data) + String(collisionCount)))));
}
