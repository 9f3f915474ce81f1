import { CONFIG_MAPS, SECRETS, type ConfigMap, type Pod } from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import type {
  Container,
  DownwardAPIVolumeFile,
  KeyToPath,
  Volume,
  VolumeProjection,
} from 'kubernetes-types/core/v1.js';
import { secretText } from '../container/environment.js';
import { sourceObject } from '../container/source-object.js';
import { namedContainer, podField, resourceField } from '../pod/field-path.js';
import { fileWithoutRoom } from './memory-backed.js';
import { generationName, lazyProjectedDirectory, writeProjectedFiles, type ProjectedFile } from './projected-files.js';
import type { VolumeContext, VolumeMounter } from './volume-mounter.js';

type Files = Result<ProjectedFile[], string>;

const DEFAULT_MODE = 0o644;
/** The root of a tmpfs: everybody's, but only owners remove there. */
export const TMPFS_MODE = 0o1777;

function select(
  data: Readonly<Record<string, string>>,
  items: readonly KeyToPath[] | undefined,
  mode: number,
  missing: (key: string) => string,
  optional: boolean | undefined,
): Files {
  if (!items || items.length === 0) return ok(Object.entries(data).map(([path, content]) => ({ path, content, mode })));
  const files: ProjectedFile[] = [];
  for (const item of items) {
    if (!Object.hasOwn(data, item.key)) {
      if (optional) continue;
      return fail(missing(item.key));
    }
    files.push({ path: item.path, content: data[item.key], mode: item.mode ?? mode });
  }
  return ok(files);
}

const NO_DATA: Readonly<Record<string, string>> = {};

function mapData({ data = NO_DATA, binaryData }: ConfigMap): Readonly<Record<string, string>> {
  if (!binaryData) return data;
  const all: Record<string, string> = { ...data };
  for (const [key, value] of Object.entries(binaryData)) all[key] = secretText(value);
  return all;
}

function configMapFiles(
  source: { readonly name?: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  mode: number,
  { store, pod }: VolumeContext,
): Files {
  const name = source.name ?? '';
  const map = sourceObject(store, CONFIG_MAPS, pod, name);
  if (!map) return source.optional ? ok([]) : fail(`configmap ${JSON.stringify(name)} not found`);
  const data = mapData(map);
  return select(
    data,
    source.items,
    mode,
    () => 'configmap references non-existent config key: ' + firstMissing(data, source.items),
    source.optional,
  );
}

function secretFiles(
  source: { readonly name?: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  mode: number,
  { store, pod }: VolumeContext,
): Files {
  const name = source.name ?? '';
  const secret = sourceObject(store, SECRETS, pod, name);
  if (!secret) return source.optional ? ok([]) : fail(`secret ${JSON.stringify(name)} not found`);
  const data = Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, secretText(value)]));
  return select(
    data,
    source.items,
    mode,
    () => 'references non-existent secret key: ' + firstMissing(data, source.items),
    source.optional,
  );
}

function firstMissing(data: Readonly<Record<string, string>>, items: readonly KeyToPath[] | undefined): string {
  return items?.find((item) => !Object.hasOwn(data, item.key))?.key ?? '';
}

function downwardFiles(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  mode: number,
  context: VolumeContext,
): Files {
  const { pod } = context;
  const errors = new Set<string>();
  const files = (items ?? []).map((item) => {
    let content = '';
    if (item.fieldRef) content = podField(pod, item.fieldRef.fieldPath, context);
    else if (item.resourceFieldRef) {
      const { containerName = '', resource, divisor } = item.resourceFieldRef;
      const container = namedContainer(pod, containerName);
      if (container.ok) content = resourceField(container.value, resource, divisor, context.nodeStatus);
      else errors.add(container.error);
    }
    return { path: item.path, content, mode: item.mode ?? mode };
  });
  return errors.size > 0 ? fail(aggregate(errors)) : ok(files);
}

/** Several errors in one text (apimachinery's errors.Aggregate). */
function aggregate(errors: ReadonlySet<string>): string {
  const texts = [...errors];
  return texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
}

/** A token is for the pod's user or group alone, where it has one (util.FsUserFrom). */
function tokenAccess({ spec }: Pod, mode: number): { readonly mode: number; readonly owner?: string } {
  const all = spec.securityContext?.runAsUser;
  const user = (spec.initContainers?.[0] ?? spec.containers[0]).securityContext?.runAsUser ?? all;
  const isOther = ({ securityContext }: Container): boolean => (securityContext?.runAsUser ?? all) !== user;
  const owner = spec.initContainers?.some(isOther) || spec.containers.some(isOther) ? undefined : user;
  if (owner === undefined) return { mode: spec.securityContext?.fsGroup === undefined ? mode : 0o600 };
  return { mode: 0o600, owner: owner === 0 ? 'root' : String(owner) };
}

/** A later file takes the place of an earlier one of the same path. */
function place(files: ProjectedFile[], file: ProjectedFile): void {
  for (let i = 0; i < files.length; i++)
    if (files[i].path === file.path) {
      files[i] = file;
      return;
    }
  files.push(file);
}

/** All that is wrong is said at once, as Go's aggregated errors are. */
function projectedFiles(sources: readonly VolumeProjection[], mode: number, context: VolumeContext): Files {
  const files: ProjectedFile[] = [];
  let errors: Set<string> | undefined;
  for (const source of sources) {
    let part: Files = ok([]);
    if (source.secret) part = secretFiles(source.secret, mode, context);
    else if (source.configMap) part = configMapFiles(source.configMap, mode, context);
    else if (source.downwardAPI) part = downwardFiles(source.downwardAPI.items, mode, context);
    else if (source.serviceAccountToken) {
      const { audience, expirationSeconds = 3600, path } = source.serviceAccountToken;
      part = ok([
        { path, content: () => context.token(audience, expirationSeconds), ...tokenAccess(context.pod, mode) },
      ]);
    }
    if (part.ok) for (const file of part.value) place(files, file);
    else (errors ??= new Set()).add(part.error);
  }
  return errors ? fail(aggregate(errors)) : ok(files);
}

/** A volume whose files come from the API: written at once, and again when they differ. */
function apiVolume(read: (volume: Volume, context: VolumeContext) => Files, plugin?: string): VolumeMounter {
  const inMemory = plugin !== undefined;
  return (volume, context) => {
    const files = read(volume, context);
    if (!files.ok) return files;
    const { simulation, pod } = context;
    const excess = inMemory ? fileWithoutRoom(pod, files.value) : undefined;
    if (excess) {
      const random = simulation.random.split(`projected/${pod.metadata.uid}/${String(simulation.now())}`);
      const folder = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~${plugin ?? ''}/${volume.name}`;
      return fail(
        `write ${folder}/${generationName(simulation.now(), random)}/${excess.path}: no space left on device`,
      );
    }
    let current = files.value;
    const group = context.pod.spec.securityContext?.fsGroup;
    const root = lazyProjectedDirectory(() => current, context.simulation, group);
    if (inMemory) root.mode = TMPFS_MODE;
    const refresh = (later: VolumeContext): void => {
      const fresh = read(volume, later);
      if (!fresh.ok || JSON.stringify(fresh.value) === JSON.stringify(current)) return;
      current = fresh.value;
      writeProjectedFiles(root, current, later.simulation, group);
    };
    return ok(inMemory ? { root, forGroup: 'root', type: 'tmpfs', refresh } : { root, forGroup: 'root', refresh });
  };
}

export const configMapVolume = apiVolume((volume, context) =>
  configMapFiles(volume.configMap ?? {}, volume.configMap?.defaultMode ?? DEFAULT_MODE, context),
);
export const secretVolume = apiVolume((volume, context) => {
  const { secretName, items, optional, defaultMode } = volume.secret ?? {};
  return secretFiles(
    {
      ...(secretName === undefined ? {} : { name: secretName }),
      ...(items ? { items } : {}),
      ...(optional === undefined ? {} : { optional }),
    },
    defaultMode ?? DEFAULT_MODE,
    context,
  );
}, 'secret');
export const downwardApiVolume = apiVolume(
  (volume, context) =>
    downwardFiles(volume.downwardAPI?.items, volume.downwardAPI?.defaultMode ?? DEFAULT_MODE, context),
  'downward-api',
);
export const projectedVolume = apiVolume(
  (volume, context) =>
    projectedFiles(volume.projected?.sources ?? [], volume.projected?.defaultMode ?? DEFAULT_MODE, context),
  'projected',
);
