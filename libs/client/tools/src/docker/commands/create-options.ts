import { resolvePath, type Process } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';
import type { DockerCall } from '../docker-command.js';
import { DockerFailure, DockerOptionFailure, invalidFlag, refuseOption } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import { ImageStore } from '../engine/image-store.js';
import { mountFields } from './container-mounts.js';
import { parsePort } from './container-ports.js';
import { resourcesOf } from './resources.js';

/* What the client refuses before it asks the daemon for a container (cli/command/container/opts.go of docker/cli v28.5). */

const HEALTH_FLAGS = ['health-cmd', 'health-interval', 'health-retries', 'health-start-interval', 'health-start-period', 'health-timeout']; // prettier-ignore
const HEALTH_TIMES = ['health-interval', 'health-timeout', 'health-retries', 'health-start-period', 'health-start-interval']; // prettier-ignore

/** `name:1.2.3.4` (or with `=`), `host-gateway` for an address. */
export function splitExtraHost(text: string): readonly [name: string, address: string] {
  const [, name, address] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
  const wrong = (why: string): never => invalidFlag(text, '--add-host', why);
  if (name === undefined || address === undefined) return wrong(`bad format for add-host: "${text}"`);
  if (address !== 'host-gateway' && !/^(?:\d+\.){3}\d+$|:/.test(address))
    return wrong(`invalid IP address in add-host: "${address}"`);
  return [name, address];
}

/** Values that their flags refuse. */
function checkLists(flags: DockerFlags): void {
  for (const text of flags.list('env'))
    if (text === '' || text.startsWith('=')) invalidFlag(text, '-e, --env', `invalid environment variable: ${text}`);
  for (const text of flags.list('label'))
    if (text === '' || text.startsWith('=')) invalidFlag(text, '-l, --label', `invalid label '${text}': empty name`);
  for (const text of flags.list('link'))
    if (text === '') invalidFlag(text, '--link', 'empty string specified for links');
  for (const text of flags.list('attach'))
    if (!['stdin', 'stdout', 'stderr'].includes(text.toLowerCase()))
      invalidFlag(text, '-a, --attach', 'valid streams are STDIN, STDOUT and STDERR');
  for (const text of flags.list('dns'))
    if (!/^(?:\d{1,3}\.){3}\d{1,3}$|:/.test(text.trim()))
      invalidFlag(text, '--dns', `IP address is not correctly formatted: ${text}`);
  flags.list('mount').forEach(mountFields);
  flags.list('add-host').forEach(splitExtraHost);
}

function checkHealth(flags: DockerFlags): void {
  if (flags.on('no-healthcheck') && HEALTH_FLAGS.some((name) => flags.has(name)))
    refuseOption('--no-healthcheck conflicts with --health-* options');
  const amount = (name: string): number => {
    const text = flags.value(name) ?? '0';
    const nanos = parseGoDuration(text);
    return nanos.ok ? nanos.value : Number(text);
  };
  for (const name of HEALTH_TIMES) if (amount(name) < 0) refuseOption(`--${name} cannot be negative`);
}

/** ParseRestartPolicy; names that do not exist are the daemon's matter. */
function checkRestart(flags: DockerFlags): void {
  const text = flags.value('restart') ?? '';
  const [, name, count] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  const wrong = (why: string): never => refuseOption(`invalid restart policy format: ${why}`);
  if (name === '' && text !== '') wrong('no policy provided before colon');
  if (count !== '' && !/^[+-]?\d+$/.test(count)) wrong('maximum retry count must be an integer');
  if (flags.on('rm') && name !== '' && name !== 'no')
    refuseOption('conflicting options: cannot specify both --restart and --rm');
}

/** The variables of the files of `--env-file` (pkg/kvfile). */
export function envFileLines({ machine, cwd }: Process, flags: DockerFlags): string[] {
  return flags.list('env-file').flatMap((path) => {
    const text = machine.files.readFile(resolvePath(cwd, path));
    if (!text.ok) refuseOption(`open ${path}: no such file or directory`);
    const lines = text.value.split(/\r?\n/).map((line) => line.trimStart());
    return lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [name] = line.split('=', 1);
        if (/\s/.test(name)) refuseOption(`invalid env file (${path}): variable '${name}' contains whitespaces`);
        if (name === '') refuseOption(`invalid env file (${path}): no variable name on line '${line}'`);
        return line;
      });
  });
}

const BUILT_IN: ReadonlySet<string> = new Set(['default', 'bridge', 'host', 'none']);

/** Ends `run` or `create` with what the client itself finds wrong. */
export function checkCreateOptions({ flags, process, args }: DockerCall): void {
  checkLists(flags);
  resourcesOf(flags);
  const pull = flags.value('pull') ?? 'missing';
  if (!['always', 'missing', 'never', ''].includes(pull))
    refuseOption(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`);
  for (const port of flags.list('publish')) parsePort(port);
  envFileLines(process, flags);
  checkHealth(flags);
  checkRestart(flags);
  const networks = [...flags.list('network'), ...flags.list('net')];
  if (networks.includes('')) refuseOption('no name set for network');
  if (flags.has('network-alias') && !networks.some((name) => !BUILT_IN.has(name)))
    refuseOption('network-scoped aliases are only supported for user-defined networks');
  ImageStore.parse(args[0]);
}

/** Failures of a client's and a daemon's work as `run` and `create` show them. */
export function shownFailure(command: 'run' | 'create', failure: DockerFailure): DockerFailure {
  const help = (message: string, status: number): DockerFailure =>
    new DockerFailure(`docker: ${message}\n\nRun 'docker ${command} --help' for more information`, status);
  if (failure instanceof DockerOptionFailure) return help(failure.message, 125);
  if (!failure.daemon) return failure;
  if (command === 'create') return new DockerFailure(failure.message, 1);
  return help(failure.message, failure.status === 1 ? 125 : failure.status);
}
