import type { AtRestForm, KubeObject, ServedResource } from '@seatrial/apiserver';
import {
  compareStrings,
  decodeBase64,
  decodeUtf8,
  encodeUtf8,
  isJsonObject,
  sha256Hex,
  type JsonObject,
  type JsonValue,
} from '@seatrial/kernel';
import { ProtobufWriter } from './protobuf-writer.js';

/** What stands before objects in protocol buffers (apimachinery's protobuf serializer). */
const MAGIC = 'k8s\0';
const BLOCK = 16;
/** Bytes that the providers add: their nonce, and what proves that nobody changed the text. */
const OVERHEAD = { aescbc: 16, aesgcm: 28, secretbox: 40, kms: 92 } as const;

const sorted = (value: JsonValue | undefined): [string, JsonValue][] =>
  isJsonObject(value) ? (Object.entries(value) as [string, JsonValue][]).sort(([a], [b]) => compareStrings(a, b)) : [];

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function writeTime(message: ProtobufWriter, value: JsonValue | undefined): void {
  const seconds = Date.parse(text(value)) / 1000;
  if (Number.isFinite(seconds)) message.number(1, seconds).number(2, 0);
}

function writeTexts(message: ProtobufWriter, field: number, value: JsonValue | undefined, bytes = false): void {
  for (const [key, item] of sorted(value)) {
    const content = bytes ? decodeBase64(text(item)) : { text: text(item) };
    message.message(field, (entry) => entry.text(1, key).text(2, 'text' in content ? content.text : ''));
  }
}

/** meta/v1's ObjectMeta as it is stored: without revision and link. */
function writeMetadata(message: ProtobufWriter, metadata: JsonObject): void {
  message.text(1, text(metadata['name'])).text(2, text(metadata['generateName'])).text(3, text(metadata['namespace']));
  message
    .text(4, '')
    .text(5, text(metadata['uid']))
    .text(6, '')
    .number(7, Number(metadata['generation'] ?? 0));
  message.message(8, (time) => writeTime(time, metadata['creationTimestamp']));
  if (metadata['deletionTimestamp'] !== undefined) {
    message.message(9, (time) => writeTime(time, metadata['deletionTimestamp']));
    message.number(10, Number(metadata['deletionGracePeriodSeconds'] ?? 0));
  }
  writeTexts(message, 11, metadata['labels']);
  writeTexts(message, 12, metadata['annotations']);
  for (const owner of objectsOf(metadata['ownerReferences'])) message.message(13, (each) => writeOwner(each, owner));
  for (const finalizer of Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [])
    message.text(14, text(finalizer));
  for (const entry of objectsOf(metadata['managedFields'])) message.message(17, (each) => writeManager(each, entry));
}

const objectsOf = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

function writeOwner(message: ProtobufWriter, owner: JsonObject): void {
  message.text(1, text(owner['kind'])).text(3, text(owner['name'])).text(4, text(owner['uid']));
  message.text(5, text(owner['apiVersion']));
  if (owner['controller'] !== undefined) message.number(6, owner['controller'] === true ? 1 : 0);
  if (owner['blockOwnerDeletion'] !== undefined) message.number(7, owner['blockOwnerDeletion'] === true ? 1 : 0);
}

function writeManager(message: ProtobufWriter, entry: JsonObject): void {
  message.text(1, text(entry['manager'])).text(2, text(entry['operation'])).text(3, text(entry['apiVersion']));
  if (entry['time'] !== undefined) message.message(4, (time) => writeTime(time, entry['time']));
  message.text(6, text(entry['fieldsType']));
  if (entry['fieldsV1'] !== undefined)
    message.message(7, (fields) => fields.text(1, JSON.stringify(entry['fieldsV1'])));
  message.text(8, text(entry['subresource']));
}

/** What comes after the metadata, of the kinds whose wire format is known here (k8s.io/api/core/v1). */
const KINDS: Readonly<Record<string, (message: ProtobufWriter, object: JsonObject) => void>> = {
  ConfigMap: (message, { data, binaryData, immutable }) => {
    writeTexts(message, 2, data);
    writeTexts(message, 3, binaryData, true);
    if (immutable !== undefined) message.number(4, immutable === true ? 1 : 0);
  },
  Secret: (message, { data, type, immutable }) => {
    writeTexts(message, 2, data, true);
    message.text(3, text(type));
    if (immutable !== undefined) message.number(5, immutable === true ? 1 : 0);
  },
};

function protobufOf(object: JsonObject): string | undefined {
  const kind = text(object['kind']);
  const write = object['apiVersion'] === 'v1' && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!write) return undefined;
  const { metadata } = object;
  const raw = new ProtobufWriter();
  raw.message(1, (message) => writeMetadata(message, isJsonObject(metadata) ? metadata : {}));
  write(raw, object);
  const unknown = new ProtobufWriter();
  unknown.message(1, (type) => type.text(1, 'v1').text(2, kind));
  unknown.blob(2, raw.finish()).text(3, '').text(4, '');
  return MAGIC + decodeUtf8(unknown.finish());
}

/** Custom resources are kept as JSON, members by name. */
function jsonOf(object: JsonObject): string {
  const { resourceVersion: _, ...metadata } = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return `${JSON.stringify(inOrder({ ...object, metadata }))}\n`;
}

function inOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(sorted(value).map(([name, item]) => [name, inOrder(item)]));
}

/** Bytes that look as encrypted ones do; nobody can read them anyway. */
function encrypted(plain: string, { provider, version, key }: AtRestForm, seed: string): string {
  const { length } = encodeUtf8(plain);
  const padded = provider === 'aescbc' ? length + BLOCK - (length % BLOCK) : length;
  let hex = '';
  for (let block = 0; hex.length < 2 * (padded + OVERHEAD[provider]); block++) hex += sha256Hex(`${seed} ${block}`);
  const bytes = Uint8Array.from({ length: padded + OVERHEAD[provider] }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
  return `k8s:enc:${provider}:${version}:${key}:${decodeUtf8(bytes)}`;
}

/** What etcd holds of an object that the API shows so; undefined for kinds whose wire format is not simulated. */
export function storedValue(
  resource: ServedResource,
  shown: KubeObject,
  form: AtRestForm | undefined,
): string | undefined {
  const object = shown as unknown as JsonObject;
  const plain = resource.custom ? jsonOf(object) : protobufOf(object);
  if (!form) return plain;
  const { uid, resourceVersion } = shown.metadata;
  // Of a kind whose wire format is not simulated, nobody can tell how long it is.
  return encrypted(plain ?? JSON.stringify(object), form, `at rest ${uid} ${resourceVersion}`);
}
