import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import {
  fieldErrors,
  isDns1123Label,
  isInRange,
  rangeComplaint,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import { text } from '../registry/untyped.js';
import { complain, oneOf } from '../validation/fields.js';

/* The sources that came before CSI (pkg/apis/core/validation, v1.35), of pods and of persistent volumes. */

type Check = (source: JsonObject, at: FieldPath, persistent: boolean, owner: string) => FieldError[];

const items = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

const need = (source: JsonObject, at: FieldPath, ...fields: readonly string[]): FieldError[] =>
  fields.filter((field) => text(source[field]) === '').map((field) => fieldErrors.required(at.child(field)));

const needList = (source: JsonObject, at: FieldPath, field: string): FieldError[] =>
  items(source[field]).length === 0 ? [fieldErrors.required(at.child(field))] : [];

/** A reference to a Secret names it; a persistent volume's with its namespace. */
function secretOf({ secretRef }: JsonObject, at: FieldPath, persistent: boolean): FieldError[] {
  if (!isJsonObject(secretRef)) return [];
  return need(secretRef, at.child('secretRef'), ...(persistent ? ['name', 'namespace'] : ['name']));
}

function disk(source: JsonObject, at: FieldPath, id: string): FieldError[] {
  const partition = typeof source.partition === 'number' ? source.partition : 0;
  const errors = need(source, at, id);
  if (partition < 0 || partition > 255)
    errors.push(fieldErrors.invalid(at.child('partition'), partition, rangeComplaint(1, 255)));
  return errors;
}

const QUALIFIERS: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

const isIscsiName = (name: string): boolean => {
  const prefix = name.slice(0, 3);
  return Object.hasOwn(QUALIFIERS, prefix) && QUALIFIERS[prefix].test(name);
};

function iscsi(source: JsonObject, at: FieldPath, _persistent: boolean, owner: string): FieldError[] {
  const { initiatorName, lun = 0, secretRef } = source;
  const [portal, iqn] = [text(source.targetPortal), text(source.iqn)];
  const errors = need(source, at, 'targetPortal');
  const isNamed = typeof initiatorName === 'string';
  if (isNamed && `${owner}:${portal}`.length > 64)
    errors.push(
      fieldErrors.invalid(
        at.child('targetportal'),
        portal,
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
      ),
    );
  if (iqn === '') errors.push(fieldErrors.required(at.child('iqn')));
  else if (!isIscsiName(iqn)) errors.push(fieldErrors.invalid(at.child('iqn'), iqn, 'must be valid format'));
  errors.push(...complain(at.child('lun'), lun, isInRange(lun as number, 0, 255)));
  if ((source.chapAuthDiscovery === true || source.chapAuthSession === true) && !isJsonObject(secretRef))
    errors.push(fieldErrors.required(at.child('secretRef')));
  errors.push(...secretOf(source, at, false));
  if (isNamed && !isIscsiName(initiatorName))
    errors.push(fieldErrors.invalid(at.child('initiatorname'), initiatorName, 'must be valid format'));
  return errors;
}

function flocker(source: JsonObject, at: FieldPath): FieldError[] {
  const [name, uuid] = [text(source.datasetName), text(source.datasetUUID)];
  const errors: FieldError[] = [];
  if (name === '' && uuid === '')
    errors.push(fieldErrors.required(at, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '')
    errors.push(fieldErrors.invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (name.includes('/')) errors.push(fieldErrors.invalid(at.child('datasetName'), name, "must not contain '/'"));
  return errors;
}

const REGISTRY = 'must be a host:port pair or multiple pairs separated by commas';

function quobyte(source: JsonObject, at: FieldPath): FieldError[] {
  const [registry, tenant] = [text(source.registry), text(source.tenant)];
  const errors: FieldError[] = [];
  if (registry === '') errors.push(fieldErrors.required(at.child('registry'), REGISTRY));
  else if (tenant.length >= 65)
    errors.push(
      fieldErrors.required(at.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'),
    );
  else
    for (const pair of registry.split(','))
      if (!/^(?:[^:]*|\[[^\]]*\]):[^:]*$/.test(pair))
        errors.push(fieldErrors.invalid(at.child('registry'), registry, REGISTRY));
  return [...errors, ...need(source, at, 'volume')];
}

function fibreChannel(source: JsonObject, at: FieldPath): FieldError[] {
  const [targets, ids] = [items(source.targetWWNs), items(source.wwids)];
  const path = at.child('targetWWNs');
  const errors: FieldError[] = [];
  if (targets.length === 0 && ids.length === 0)
    errors.push(fieldErrors.required(path, 'must specify either targetWWNs or wwids, but not both'));
  if (targets.length > 0 && ids.length > 0)
    errors.push(fieldErrors.invalid(path, targets, 'targetWWNs and wwids can not be specified simultaneously'));
  if (targets.length > 0) {
    const { lun } = source;
    if (typeof lun !== 'number')
      errors.push(fieldErrors.required(at.child('lun'), 'lun is required if targetWWNs is specified'));
    else errors.push(...complain(at.child('lun'), lun, isInRange(lun, 0, 255)));
  }
  return errors;
}

function flexVolume(source: JsonObject, at: FieldPath): FieldError[] {
  const options = isJsonObject(source.options) ? Object.keys(source.options).sort() : [];
  return [
    ...need(source, at, 'driver'),
    ...options
      .filter((key) => /\.(?:kubernetes\.io|k8s\.io)$/.test(`.${key.split('/', 2)[0].toLowerCase()}`))
      .map((key) =>
        fieldErrors.invalid(at.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved'),
      ),
  ];
}

const MANAGED_DISK = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function azureDisk(source: JsonObject, at: FieldPath): FieldError[] {
  const { cachingMode, kind } = source;
  const uri = text(source.diskURI);
  const errors = need(source, at, 'diskName', 'diskURI');
  if (typeof cachingMode === 'string')
    errors.push(...oneOf(cachingMode, ['None', 'ReadOnly', 'ReadWrite'], at.child('cachingMode')));
  if (typeof kind !== 'string') return errors;
  errors.push(...oneOf(kind, ['Dedicated', 'Managed', 'Shared'], at.child('kind')));
  const [prefix, shown] = kind === 'Managed' ? ['/subscriptions/', MANAGED_DISK] : ['https://', BLOB_DISK];
  if (!uri.startsWith(prefix)) errors.push(fieldErrors.notSupported(at.child('diskURI'), uri, [shown]));
  return errors;
}

function azureFile(source: JsonObject, at: FieldPath): FieldError[] {
  const errors = need(source, at, 'secretName', 'shareName');
  if (source.secretNamespace === '') errors.push(fieldErrors.required(at.child('secretNamespace')));
  return errors;
}

function glusterfs(source: JsonObject, at: FieldPath): FieldError[] {
  const { endpointsNamespace: namespace } = source;
  const path = at.child('endpointsNamespace');
  const errors = need(source, at, 'endpoints', 'path');
  if (typeof namespace !== 'string') return errors;
  if (namespace !== '') return [...errors, ...complain(path, namespace, isDns1123Label(namespace))];
  return [
    ...errors,
    fieldErrors.invalid(path, '', 'if the endpointnamespace is set, it must be a valid namespace name'),
  ];
}

function storageOs(source: JsonObject, at: FieldPath, persistent: boolean): FieldError[] {
  const [name, namespace] = [text(source.volumeName), text(source.volumeNamespace)];
  const errors =
    name === ''
      ? [fieldErrors.required(at.child('volumeName'))]
      : complain(at.child('volumeName'), name, isDns1123Label(name));
  if (namespace !== '') errors.push(...complain(at.child('volumeNamespace'), namespace, isDns1123Label(namespace)));
  return [...errors, ...secretOf(source, at, persistent)];
}

const CHECKS: Readonly<Record<string, Check>> = {
  awsElasticBlockStore: (source, at) => disk(source, at, 'volumeID'),
  azureDisk,
  azureFile,
  cephfs: (source, at) => needList(source, at, 'monitors'),
  cinder: (source, at, persistent) => [...need(source, at, 'volumeID'), ...secretOf(source, at, persistent)],
  fc: fibreChannel,
  flexVolume,
  flocker,
  gcePersistentDisk: (source, at) => disk(source, at, 'pdName'),
  gitRepo: (source, at) => [
    ...need(source, at, 'repository'),
    ...(text(source.directory).startsWith('/')
      ? [fieldErrors.invalid(at.child('directory'), source.directory, 'must be a relative path')]
      : []),
    ...(text(source.directory).split('/').includes('..')
      ? [fieldErrors.invalid(at.child('directory'), source.directory, "must not contain '..'")]
      : []),
  ],
  glusterfs,
  iscsi,
  photonPersistentDisk: (source, at) => need(source, at, 'pdID'),
  portworxVolume: (source, at) => need(source, at, 'volumeID'),
  quobyte,
  rbd: (source, at) => [...needList(source, at, 'monitors'), ...need(source, at, 'image')],
  scaleIO: (source, at) => need(source, at, 'gateway', 'system', 'volumeName'),
  storageos: storageOs,
  vsphereVolume: (source, at) => need(source, at, 'volumePath'),
};

/** Where the API server's paths are spelled unlike the fields: when a source is looked at, and when it is one too many. */
const LOOKED_AT: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };

/** What is wrong with a source that came before CSI; nothing for others. `owner`: the name of the volume. */
export function validateLegacySource(
  name: string,
  source: unknown,
  parent: FieldPath,
  { persistent, owner }: { readonly persistent: boolean; readonly owner: string },
): FieldError[] {
  if (!Object.hasOwn(CHECKS, name) || !isJsonObject(source)) return [];
  return CHECKS[name](source, parent.child(LOOKED_AT[name] ?? name), persistent, owner);
}
