import { isJsonObject, resolvePath, type JsonObject, type JsonValue, type Process } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import { parseYamlDocument } from '../resource/manifest-text.js';

/* kubectl's preferences (k8s.io/kubectl/pkg/kuberc and pkg/config/v1beta1, v0.35). */

export interface OptionDefault {
  readonly name: string;
  readonly default: string;
}

export interface CommandDefaults {
  readonly command: string;
  readonly options: readonly OptionDefault[];
}

export interface AliasOverride extends CommandDefaults {
  readonly name: string;
  readonly prependArgs: readonly string[];
  readonly appendArgs: readonly string[];
}

export interface Preference {
  readonly defaults: readonly CommandDefaults[];
  readonly aliases: readonly AliasOverride[];
}

export const API_VERSION = 'kubectl.config.k8s.io/v1beta1';
const READABLE = [API_VERSION, 'kubectl.config.k8s.io/v1alpha1'];

/** Where the preferences are, and whether somebody said so; no path where they are switched off. */
export interface KubercPath {
  readonly path: string;
  readonly explicit: boolean;
}

/** LoadKuberc: the flag, `$KUBERC`, or `~/.kube/kuberc`. A text is why there is none. */
export function kubercPath({ env }: Process, flag: string): KubercPath | string {
  const variable = env.get('KUBERC') ?? '';
  if (variable === 'off')
    return flag === ''
      ? { path: '', explicit: false }
      : 'disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive';
  if (flag !== '') return { path: flag, explicit: true };
  if (variable !== '') return { path: variable, explicit: true };
  return { path: `${env.get('HOME') ?? ''}/.kube/kuberc`, explicit: false };
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const texts = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.map(text) : []);
const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];

const optionsOf = (value: JsonValue | undefined): OptionDefault[] =>
  objects(value).map((option) => ({ name: text(option.name), default: text(option.default) }));

/** A file's preferences; a text is why it cannot be read. */
export function parseKuberc(content: string): Preference | string {
  const parsed = parseYamlDocument(content);
  if (!parsed.ok) return parsed.error;
  const document = parsed.value;
  if (!isJsonObject(document)) return "Object 'Kind' is missing";
  if (!READABLE.includes(text(document.apiVersion)) || document.kind !== 'Preference')
    return `no kind ${JSON.stringify(text(document.kind))} is registered for version ${JSON.stringify(text(document.apiVersion))}`;
  return {
    // v1alpha1 calls the defaults overrides, and options flags.
    defaults: objects(document.defaults ?? document.overrides).map((one) => ({
      command: text(one.command),
      options: optionsOf(one.options ?? one.flags),
    })),
    aliases: objects(document.aliases).map((one) => ({
      name: text(one.name),
      command: text(one.command),
      prependArgs: texts(one.prependArgs),
      appendArgs: texts(one.appendArgs),
      options: optionsOf(one.options ?? one.flags),
    })),
  };
}

/** The file's text; undefined where there is no file. */
export function readKuberc({ machine, cwd }: Process, path: string): string | undefined {
  const read = machine.files.readFile(resolvePath(cwd, path));
  return read.ok ? read.value : undefined;
}

/** Preferences as `kubectl alpha kuberc` writes and shows them. */
export function preferenceObject({ defaults, aliases }: Preference, empty: JsonValue): JsonObject {
  return {
    kind: 'Preference',
    apiVersion: API_VERSION,
    defaults:
      defaults.length === 0
        ? empty
        : defaults.map(({ command, options }) => ({
            command,
            options: options.length > 0 ? ([...options] as never) : null,
          })),
    aliases:
      aliases.length === 0
        ? empty
        : aliases.map(({ name, command, prependArgs, appendArgs, options }) => ({
            name,
            command,
            ...(prependArgs.length > 0 && { prependArgs: [...prependArgs] }),
            ...(appendArgs.length > 0 && { appendArgs: [...appendArgs] }),
            ...(options.length > 0 && { options: [...options] as never }),
          })),
  };
}

/** SavePreference: gives the words for it. */
export function saveKuberc({ machine, cwd, user }: Process, path: string, preference: Preference): string {
  const { files } = machine;
  const file = resolvePath(cwd, path);
  files.makeDirectories(file.slice(0, file.lastIndexOf('/')), user);
  files.writeFile(file, toYaml(preferenceObject(preference, null)), { owner: user });
  return `Updated ${path}\n`;
}
