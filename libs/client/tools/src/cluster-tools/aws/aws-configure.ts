import type { Coroutine } from '@seatrial/kernel';
import { awsAccess, awsRegion } from '../aws-credentials.js';
import type { Subcommand, ToolCall } from '../cluster-tool.js';
import { usage } from './aws-failure.js';

const PROMPTS = ['AWS Access Key ID', 'AWS Secret Access Key', 'Default region name', 'Default output format'];

/** `aws configure`: asks for what it writes down. */
function* configure({ tool }: ToolCall): Coroutine<number> {
  const answers = (yield* tool.readStdin()).split('\n');
  for (const prompt of PROMPTS) yield* tool.out(`${prompt} [None]: `);
  const [id = '', secret = '', region = '', output = ''] = answers;
  const directory = `${tool.process.env.get('HOME') ?? ''}/.aws`;
  const { files } = tool.machine;
  files.makeDirectories(directory, tool.process.user);
  const lines = (pairs: readonly (readonly [string, string])[]): string =>
    pairs
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name} = ${value}\n`)
      .join('');
  const credentials = lines([
    ['aws_access_key_id', id],
    ['aws_secret_access_key', secret],
  ]);
  const settings = lines([
    ['region', region],
    ['output', output],
  ]);
  const options = { mode: 0o600, owner: tool.process.user };
  if (credentials !== '') files.writeFile(`${directory}/credentials`, `[default]\n${credentials}`, options);
  if (settings !== '') files.writeFile(`${directory}/config`, `[default]\n${settings}`, options);
  return 0;
}

const fileOf = ({ tool }: ToolCall, name: string): string => `${tool.process.env.get('HOME') ?? ''}/.aws/${name}`;
const SECRETS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'];

/** The lines of a profile in a file, and where they begin and end. */
function sectionOf(
  text: string,
  profile: string,
): { readonly lines: string[]; readonly from: number; readonly to: number } {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const from = lines.findIndex((line) => [`[${profile}]`, `[profile ${profile}]`].includes(line.trim()));
  if (from < 0) return { lines, from: -1, to: -1 };
  const next = lines.findIndex((line, index) => index > from && line.startsWith('['));
  return { lines, from, to: next < 0 ? lines.length : next };
}

/** Which file and profile a name like `region` or `profile.dev.region` means. */
function target(
  { flags }: ToolCall,
  given: string,
): { readonly key: string; readonly profile: string; readonly file: string } {
  const [, named, rest] = /^profile\.([^.]+)\.(.+)$/.exec(given) ?? [];
  const key = rest ?? given.replace(/^default\./, '');
  const profile = named ?? (flags.string('profile') || 'default');
  return { key, profile, file: SECRETS.includes(key) ? 'credentials' : 'config' };
}

function* set(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  const [given, value] = args;
  if (value === undefined) {
    return yield* usage(tool, 'the following arguments are required: varname, value');
  }
  const { key, profile, file } = target(call, given);
  const { files } = tool.machine;
  const path = fileOf(call, file);
  files.makeDirectories(fileOf(call, '').replace(/\/$/, ''), tool.process.user);
  const read = files.readFile(path);
  const { lines, from, to } = sectionOf(read.ok ? read.value : '', profile);
  const line = `${key} = ${value}`;
  if (from < 0)
    lines.push(profile === 'default' || file === 'credentials' ? `[${profile}]` : `[profile ${profile}]`, line);
  else {
    const known = lines.findIndex((each, index) => index > from && index < to && each.split('=')[0].trim() === key);
    if (known < 0) lines.splice(to, 0, line);
    else lines[known] = line;
  }
  files.writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600, owner: tool.process.user });
  return 0;
}

/** A setting of a profile; undefined without one. */
function setting(call: ToolCall, given: string): string | undefined {
  const { key, profile, file } = target(call, given);
  const read = call.tool.machine.files.readFile(fileOf(call, file));
  const { lines, from, to } = sectionOf(read.ok ? read.value : '', profile);
  const line = lines.slice(from + 1, Math.max(to, 0)).find((each) => each.split('=')[0].trim() === key);
  return from < 0 || line === undefined ? undefined : line.slice(line.indexOf('=') + 1).trim();
}

function* get(call: ToolCall): Coroutine<number> {
  const found = setting(call, call.args.at(0) ?? '');
  if (found === undefined) return 1;
  yield* call.tool.out(`${found}\n`);
  return 0;
}

function* list(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const masked = (value: string): string => `****************${value.slice(-4)}`;
  const role = awsAccess(tool) === 'instance-role';
  const profile = flags.string('profile') || tool.process.env.get('AWS_PROFILE') || '';
  const row = (name: string, value: string, type: string, where: string): string =>
    `${name.padStart(10)} ${value.padStart(24)} ${type.padStart(16)}    ${where}\n`;
  const secret = (name: string, variable: string, key: string): string => {
    const given = tool.process.env.get(variable);
    if (given) return row(name, masked(given), 'env', '');
    const kept = setting(call, key);
    if (kept !== undefined) return row(name, masked(kept), 'shared-credentials-file', '');
    return role ? row(name, masked('ASIAEXAMPLEROLE'), 'iam-role', '') : row(name, '<not set>', 'None', 'None');
  };
  const region = awsRegion(tool, flags.string('region'));
  const kept = setting(call, 'region');
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => tool.process.env.get(name));
  yield* tool.out(
    row('Name', 'Value', 'Type', 'Location') +
      row('----', '-----', '----', '--------') +
      (profile === '' ? row('profile', '<not set>', 'None', 'None') : row('profile', profile, 'manual', '--profile')) +
      secret('access_key', 'AWS_ACCESS_KEY_ID', 'aws_access_key_id') +
      secret('secret_key', 'AWS_SECRET_ACCESS_KEY', 'aws_secret_access_key') +
      (region === undefined
        ? row('region', '<not set>', 'None', 'None')
        : variable !== undefined
          ? row('region', region, 'env', `['AWS_REGION', 'AWS_DEFAULT_REGION']`)
          : kept === undefined
            ? row('region', region, 'imds', '')
            : row('region', region, 'config-file', '~/.aws/config')),
  );
  return 0;
}

function* listProfiles(call: ToolCall): Coroutine<number> {
  const names = ['config', 'credentials'].flatMap((file) => {
    const read = call.tool.machine.files.readFile(fileOf(call, file));
    return read.ok ? [...read.value.matchAll(/^\[(?:profile )?([^\]]+)\]/gm)].map(([, name]) => name) : [];
  });
  yield* call.tool.out([...new Set(names)].map((name) => `${name}\n`).join(''));
  return 0;
}

/** What the command line keeps in ~/.aws. */
export const CONFIGURE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'configure', run: configure },
  { name: 'configure get', run: get },
  { name: 'configure list', run: list },
  { name: 'configure list-profiles', run: listProfiles },
  { name: 'configure set', run: set },
];
