import { SIGNALS, type Process, type Signal } from '@seatrial/kernel';
import { notSimulated } from '../docker-command.js';
import type { HealthCheck } from '../engine/container-contract.js';
import { parseHealthCheck } from '../engine/health-check.js';
import type { BuildStage } from './build-stage.js';
import { expandVariables, jsonWords, parsePairs, splitWords, type Instruction } from './dockerfile.js';

/** What an instruction needs to know of its build. */
export interface InstructionContext {
  /** From `--build-arg`. */
  readonly args: ReadonlyMap<string, string>;
  /** From ARG before the first FROM. */
  readonly globals: ReadonlyMap<string, string>;
  readonly process: Process;
}

/** `[--interval=…] CMD …`; undefined for NONE. */
function healthCheckOf({ rest, flags }: Instruction): HealthCheck | undefined {
  const [, kind, command] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (kind?.toUpperCase() !== 'CMD') return undefined;
  const words = command.startsWith('[') ? jsonWords(command) : undefined;
  return parseHealthCheck(words ? ['CMD', ...words] : ['CMD-SHELL', command], {
    interval: flags.get('interval'),
    timeout: flags.get('timeout'),
    startPeriod: flags.get('start-period'),
    retries: flags.get('retries'),
  });
}

/** An instruction that only changes the configuration. */
export function applyInstruction(stage: BuildStage, instruction: Instruction, build: InstructionContext): void {
  const { name, rest, json } = instruction;
  const expanded = expandVariables(rest, stage.variables);
  const { config } = stage;
  const command = json ?? [...stage.shell, rest];
  stage.note(`${name} ${expanded}`);
  if (name === 'ENV') {
    const env = { ...config.env };
    for (const [key, value] of parsePairs(expanded)) {
      env[key] = value;
      stage.variables.set(key, value);
    }
    stage.config = { ...config, env };
  } else if (name === 'ARG') {
    for (const word of splitWords(expanded)) {
      const [key, ...value] = word.split('=');
      const given = build.args.get(key) ?? (value.length > 0 ? value.join('=') : build.globals.get(key));
      if (given !== undefined && !Object.hasOwn(config.env ?? {}, key)) stage.variables.set(key, given);
    }
  } else if (name === 'CMD') stage.config = { ...config, cmd: rest === '' ? [] : command };
  else if (name === 'ENTRYPOINT') stage.config = { ...config, entrypoint: command, cmd: undefined };
  else if (name === 'EXPOSE') {
    const ports = splitWords(expanded).map((port) => Number.parseInt(port, 10));
    stage.config = { ...config, exposedPorts: [...new Set([...(config.exposedPorts ?? []), ...ports])] };
  } else if (name === 'LABEL')
    stage.config = { ...config, labels: { ...config.labels, ...Object.fromEntries(parsePairs(expanded)) } };
  else if (name === 'USER') stage.config = { ...config, user: expanded };
  else if (name === 'SHELL') stage.shell = json ?? stage.shell;
  else if (name === 'STOPSIGNAL' && Object.hasOwn(SIGNALS, expanded.replace(/^SIG/, '')))
    stage.config = { ...config, stopSignal: expanded.replace(/^SIG/, '') as Signal };
  else if (name === 'VOLUME')
    stage.config = { ...config, volumes: [...new Set([...(config.volumes ?? []), ...(json ?? splitWords(expanded))])] };
  else if (name === 'HEALTHCHECK') stage.config = { ...config, healthCheck: healthCheckOf(instruction) };
  else if (name !== 'MAINTAINER') notSimulated(build.process, `docker build: ${name}`);
}
