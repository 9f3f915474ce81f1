import { compareStrings, isJsonObject, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { USAGE_STATUS } from './minikube-cluster.js';
import { warn } from './minikube-output.js';

/** Settings that a cluster takes on when it is made. */
const AT_CREATION = ['container-runtime', 'cpus', 'disk-size', 'driver', 'feature-gates', 'kubernetes-version', 'memory']; // prettier-ignore
const KNOWN = [...AT_CREATION, 'WantUpdateNotification', 'cache', 'insecure-registry', 'native-ssh', 'profile', 'rootless']; // prettier-ignore

const fileOf = (tool: Tool): string => `${tool.process.env.get('HOME') ?? ''}/.minikube/config/config.json`;

function settings(tool: Tool): JsonObject {
  const read = tool.machine.files.readFile(fileOf(tool));
  if (!read.ok) return {};
  try {
    const value = JSON.parse(read.value) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function store(tool: Tool, value: JsonObject): void {
  const file = fileOf(tool);
  tool.machine.files.makeDirectories(file.replace(/\/[^/]*$/, ''), tool.process.user);
  tool.machine.files.writeFile(file, JSON.stringify(value, undefined, 4), { owner: tool.process.user });
}

/** A setting as text; undefined when it is not set. */
export function settingOf(tool: Tool, name: string): string | undefined {
  const value = settings(tool)[name];
  return value === undefined ? undefined : shown(value);
}

const shown = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);

function* set({ tool, args }: ToolCall): Coroutine<number> {
  if (args.length !== 2) {
    yield* tool.err(
      `\nX Exiting due to MK_USAGE: ${args.length < 2 ? 'not enough' : 'too many'} arguments (${args.length}).\nusage: minikube config set PROPERTY_NAME PROPERTY_VALUE\n\n`,
    );
    return USAGE_STATUS;
  }
  const [name, value] = args;
  if (!KNOWN.includes(name)) return yield* notSimulated(tool, `config set ${name}`);
  if (AT_CREATION.includes(name))
    yield* warn(tool, 'warning', 'These changes will take effect upon a minikube delete and then a minikube start');
  store(tool, { ...settings(tool), [name]: value });
  return 0;
}

function* get({ tool, args }: ToolCall): Coroutine<number> {
  const value = settings(tool)[args[0] ?? ''];
  if (value === undefined) {
    yield* tool.err('\nError: specified key could not be found in config\n');
    return USAGE_STATUS;
  }
  yield* tool.out(`${shown(value)}\n`);
  return 0;
}

function* unset({ tool, args }: ToolCall): Coroutine<number> {
  store(tool, Object.fromEntries(Object.entries(settings(tool)).filter(([name]) => name !== args[0])));
  return 0;
}

function* view({ tool }: ToolCall): Coroutine<number> {
  const lines = Object.entries(settings(tool)).map(([name, value]) => `- ${name}: ${shown(value)}\n`);
  yield* tool.out(lines.sort(compareStrings).join(''));
  return 0;
}

/** Keeps a setting; undefined takes it out. */
export function storeSetting(tool: Tool, name: string, value: string | undefined): void {
  const { [name]: before, ...others } = settings(tool);
  if (value !== undefined) store(tool, { ...others, [name]: value });
  else if (before !== undefined) store(tool, others);
}

/** `minikube config …`, on the file that it keeps. */
export const CONFIG_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'config get', run: get },
  { name: 'config set', run: set },
  { name: 'config unset', run: unset },
  { name: 'config view', run: view },
];
