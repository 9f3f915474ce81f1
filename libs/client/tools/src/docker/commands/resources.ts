import { fail, goQuote, ok, type Result } from '@seatrial/kernel';
import { invalidFlag } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import type { ContainerResources } from '../engine/container-contract.js';

/** Flags of `run`, `create` and `update` that limit a container. */
export const RESOURCE_FLAGS =
  '-c --cpu-shares=#, --cpus=, --cpuset-cpus=, --cpu-quota=#, --cpu-period=#, -m --memory=, --memory-reservation=, --memory-swap=, --pids-limit=#';

/** What the kernel needs to start anything in a container (moby daemon/daemon_unix.go). */
const LEAST_MEMORY = 6 * 1024 * 1024;

const UNITS = 'kmgtp';

/** `512m`, `1.5g`, `64MiB` in bytes, or why it is no size (go-units RAMInBytes). */
export function parseSize(text: string): Result<number, string> {
  const [, amount, unit] = /^(.*[\d. ])([^\d. ]*)$/s.exec(text) ?? [];
  if (amount === undefined) return fail(`invalid size: '${text}'`);
  const digits = amount.endsWith(' ') ? amount.slice(0, -1) : amount;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(digits))
    return fail(`strconv.ParseFloat: parsing ${goQuote(digits)}: invalid syntax`);
  if (digits.startsWith('-') && Number(digits) < 0) return fail(`invalid size: '${text}'`);
  const suffix = unit.length > 3 ? unit : unit.toLowerCase();
  if (suffix === '' || suffix === 'b') return ok(Math.floor(Number(digits)));
  const power = UNITS.indexOf(suffix[0]) + 1;
  return power === 0 || !['', 'b', 'ib'].includes(suffix.slice(1))
    ? fail(`invalid suffix: '${suffix}'`)
    : ok(Math.floor(Number(digits) * 1024 ** power));
}

function bytes(flags: DockerFlags, name: string): number {
  const text = flags.value(name);
  if (text === undefined) return 0;
  if (name === 'memory-swap' && text === '-1') return -1;
  const shown = name === 'memory' ? '-m, --memory' : `--${name}`;
  const size = parseSize(text);
  return size.ok ? size.value : invalidFlag(text, shown, size.error);
}

function billionths(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d*\.?\d+$/.test(text)) invalidFlag(text, '--cpus', `failed to parse ${text} as a rational number`);
  return Math.round(Number(text) * 1e9);
}

/** The limits that the flags name; 0 for the others. */
export function resourcesOf(flags: DockerFlags): ContainerResources {
  const number = (name: string): number => Number(flags.value(name) ?? 0);
  return {
    memory: bytes(flags, 'memory'),
    memorySwap: bytes(flags, 'memory-swap'),
    memoryReservation: bytes(flags, 'memory-reservation'),
    nanoCpus: billionths(flags.value('cpus')),
    cpuShares: number('cpu-shares'),
    pidsLimit: number('pids-limit'),
  };
}

/**
 * Why the daemon refuses limits (moby daemon/daemon_unix.go verifyPlatformContainerResources); undefined when it takes
 * them.
 */
export function resourceProblem(wanted: ContainerResources, cpus: number, update: boolean): string | undefined {
  const { memory, memorySwap, memoryReservation, nanoCpus } = wanted;
  if (memory !== 0 && memory < LEAST_MEMORY) return 'Minimum memory limit allowed is 6MB';
  if (memory > 0 && memorySwap > 0 && memorySwap < memory)
    return 'Minimum memoryswap limit should be larger than memory limit, see usage';
  if (memory === 0 && memorySwap > 0 && !update)
    return 'You should always set the Memory limit when using Memoryswap limit, see usage';
  if (memoryReservation > 0 && memoryReservation < LEAST_MEMORY) return 'Minimum memory reservation allowed is 6MB';
  if (memory > 0 && memory < memoryReservation)
    return 'Minimum memory limit can not be less than memory reservation limit, see usage';
  if (nanoCpus > cpus * 1e9)
    return `range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`;
  return undefined;
}

/** Limits of a container that has some, changed as `docker update` asks. */
export function changedResources(before: ContainerResources, wanted: ContainerResources): ContainerResources {
  const keep = (name: keyof ContainerResources): number => (wanted[name] === 0 ? before[name] : wanted[name]);
  return {
    memory: keep('memory'),
    memorySwap: keep('memorySwap'),
    memoryReservation: keep('memoryReservation'),
    nanoCpus: keep('nanoCpus'),
    cpuShares: keep('cpuShares'),
    pidsLimit: keep('pidsLimit'),
  };
}
