import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { isVersion, readMetadata, textIn } from '../chart/chart-metadata.js';
import { versionFits } from '../chart/version-constraint.js';
import type { LintMessages } from './lint-message.js';

const FILE = 'Chart.yaml';
const STRICT_VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const WEB_ADDRESS = /^((https?|ftp):\/\/)?[^\s/@:]+\.[^\s/@:.]+(:\d+)?([/?#]\S*)?$/;
/** What net/url takes as a request URI with a scheme. */
const REQUEST_ADDRESS = /^[a-zA-Z][a-zA-Z0-9+.-]*:\S*$/;

function nameProblem(name: string): string | undefined {
  if (name === '') return 'name is required';
  return name.includes('/') ? `chart name ${JSON.stringify(name)} is invalid` : undefined;
}

function apiVersionProblem(version: string): string | undefined {
  if (version === '') return 'apiVersion is required. The value must be either "v1" or "v2"';
  if (version === 'v1' || version === 'v2') return undefined;
  return `apiVersion '${version}' is not valid. The value must be either "v1" or "v2"`;
}

function versionProblem(version: string): string | undefined {
  if (version === '') return 'version is required';
  if (!isVersion(version)) return `version '${version}' is not a valid SemVer`;
  return versionFits('>0.0.0-0', version) ? undefined : `version ${version} is less than or equal to 0.0.0-0`;
}

/** Members that should have been written as texts. */
function typeProblem(raw: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(raw, key) ? raw[key] : '';
  if (typeof value === 'string') return undefined;
  const type = typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : '<nil>';
  return `${key} should be of type string but it's of type ${type}`;
}

function maintainerProblem({ maintainers }: JsonObject): string | undefined {
  for (const entry of Array.isArray(maintainers) ? maintainers : []) {
    if (!isJsonObject(entry)) return 'a maintainer entry is empty';
    const [name, email, url] = ['name', 'email', 'url'].map((key) => textIn(entry, key));
    if (name === '') return 'each maintainer requires a name';
    if (email !== '' && !EMAIL.test(email)) return `invalid email '${email}' for maintainer '${name}'`;
    if (url !== '' && !WEB_ADDRESS.test(url)) return `invalid url '${url}' for maintainer '${name}'`;
  }
  return undefined;
}

function sourceProblem({ sources }: JsonObject): string | undefined {
  const texts = Array.isArray(sources) ? sources.map(String) : [];
  const wrong = texts.find((source) => !REQUEST_ADDRESS.test(source));
  return wrong === undefined ? undefined : `invalid source URL '${wrong}'`;
}

const onlyInV2 = (what: string, verb: string, it: string, version: string): string =>
  `${what} ${verb} not valid in ${what === 'dependencies' ? 'the Chart file with ' : ''}apiVersion '${version}'. ${it} valid in apiVersion 'v2'`;

/** Rules on Chart.yaml (pkg/chart/v2/lint/rules/chartfile.go of Helm v4.1). */
export function lintMetadata(messages: LintMessages, text: string): void {
  const error = (problem: string | undefined): boolean => messages.check('ERROR', FILE, problem);
  const read = readMetadata(text);
  if (!read.ok) {
    error(`unable to parse YAML\n\t${read.error}`);
    return;
  }
  const metadata = read.value;
  const strict = readMetadata(text, true);
  if (!strict.ok) messages.check('WARNING', FILE, `failed to strictly parse chart metadata file\n\t${strict.error}`);
  const parsed = yamlToJson(text);
  const raw = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
  const [version, apiVersion, icon] = ['version', 'apiVersion', 'icon'].map((key) => textIn(metadata, key));
  const isV2 = apiVersion === 'v2';
  error(nameProblem(textIn(metadata, 'name')));
  error(apiVersionProblem(apiVersion));
  error(typeProblem(raw, 'version'));
  error(versionProblem(version));
  error(typeProblem(raw, 'appVersion'));
  error(maintainerProblem(metadata));
  error(sourceProblem(metadata));
  messages.check('INFO', FILE, icon === '' ? 'icon is recommended' : undefined);
  error(icon === '' || REQUEST_ADDRESS.test(icon) ? undefined : `invalid icon URL '${icon}'`);
  error('type' in metadata && !isV2 ? onlyInV2('chart type', 'is', 'It is', apiVersion) : undefined);
  error('dependencies' in metadata && !isV2 ? onlyInV2('dependencies', 'are', 'They are', apiVersion) : undefined);
  const isStrict = STRICT_VERSION.test(version);
  messages.check('WARNING', FILE, isStrict ? undefined : `version '${version}' is not a valid SemVerV2`);
}
