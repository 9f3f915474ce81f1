import { isJsonObject, type Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, stringArrayFlag, stringFlag } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import type { Tool } from '../tool/tool.js';
import type { Subcommand, ToolCall } from './cluster-tool.js';

const CONFIG = '/etc/crictl.yaml';

/** The settings with what they are without a file (cri-tools pkg/common/file.go). */
const DEFAULTS: Readonly<Record<string, string>> = {
  'runtime-endpoint': '',
  'image-endpoint': '',
  timeout: '0',
  debug: 'false',
  'pull-image-on-create': 'false',
  'disable-pull-on-run': 'false',
};

const SWITCH = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

/** The settings as the file has them. */
export function crictlSettings({ machine: { files } }: Pick<Tool, 'machine'>): Record<string, string> {
  const read = files.readFile(CONFIG);
  const parsed = read.ok ? yamlToJson(read.value) : undefined;
  const given = parsed?.ok && isJsonObject(parsed.value) ? parsed.value : {};
  return Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, standard]) => {
      const value = given[name];
      return [name, typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : standard]; // prettier-ignore
    }),
  );
}

const written = (name: string, value: string): string =>
  `${name}: ${value === '' || (name.endsWith('endpoint') && /^[\d.]+$/.test(value)) ? JSON.stringify(value) : value}\n`;

/** Takes a setting over; the complaint about a value that it cannot have. */
function assign(settings: Record<string, string>, name: string, value: string): string | undefined {
  if (!Object.hasOwn(settings, name)) return `no configuration option named ${name}`;
  if (name === 'timeout' && !/^[+-]?\d+$/.test(value))
    return `parse timeout value '${value}': strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (DEFAULTS[name] === 'false' && !SWITCH.test(value))
    return `parse ${name} value '${value}': strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  settings[name] = DEFAULTS[name] === 'false' ? String(/^(?:1|t|T|TRUE|true|True)$/.test(value)) : value;
  return undefined;
}

function* save({ tool }: ToolCall, settings: Readonly<Record<string, string>>): Coroutine<number> {
  const text = Object.entries(settings)
    .map(([name, value]) => written(name, value))
    .join('');
  if (tool.machine.files.writeFile(CONFIG, text).ok) return 0;
  yield* tool.err(`FATA[0000] open ${CONFIG}: permission denied\n`);
  return 1;
}

function* config(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const settings = crictlSettings(tool);
  if (!tool.machine.files.exists(CONFIG)) {
    const made = yield* save(call, settings);
    if (made !== 0) return made;
  }
  const fatal = function* (text: string): Coroutine<number> {
    yield* tool.err(`FATA[0000] ${text}\n`);
    return 1;
  };
  if (flags.changed('get')) {
    const name = flags.string('get');
    if (!Object.hasOwn(settings, name)) return yield* fatal(`no configuration option named ${name}`);
    yield* tool.out(`${settings[name]}\n`);
    return 0;
  }
  if (!flags.changed('set') && flags.bool('list')) {
    const writer = new TabWriter({ minWidth: 20, padding: 3 });
    writer.write('KEY\tVALUE\n');
    for (const [name, value] of Object.entries(settings)) writer.write(`${name}\t${value}\n`);
    yield* tool.out(writer.flush());
    return 0;
  }
  const given = flags.changed('set') ? flags.list('set').flatMap((text) => text.split(',')) : [];
  for (const option of given) {
    const pair = option.split('=');
    if (pair.length !== 2) return yield* fatal(`incorrectly specified option: ${option}`);
    const wrong = assign(settings, pair[0], pair[1]);
    if (wrong !== undefined) return yield* fatal(wrong);
  }
  if (given.length === 0) {
    const wrong = assign(settings, args.at(0) ?? '', args.at(1) ?? '');
    if (wrong !== undefined) return yield* fatal(wrong);
  }
  return yield* save(call, settings);
}

/** crictl's own settings (cri-tools cmd/crictl/config.go, v1.35). */
export const CONFIG_SUBCOMMAND: Subcommand = {
  name: 'config',
  flags: [stringFlag('get'), stringArrayFlag('set'), boolFlag('list')],
  run: config,
};
