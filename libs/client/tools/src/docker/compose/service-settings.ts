import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { parseSize } from '../commands/resources.js';
import { NO_LIMITS, type ContainerResources, type HealthCheck } from '../engine/container-contract.js';
import { parseHealthCheck } from '../engine/health-check.js';
import { list, text } from './compose-values.js';

/** A service's `healthcheck`; `none` when it turns the image's off. */
export function healthCheckOf(value: JsonValue | undefined): HealthCheck | 'none' | undefined {
  if (!isJsonObject(value)) return undefined;
  const { test } = value;
  const words = Array.isArray(test) ? test.map((word) => text(word) ?? '') : undefined;
  if (value['disable'] === true || words?.[0] === 'NONE') return 'none';
  const shell = words ? undefined : text(test);
  if (!words && shell === undefined) return undefined;
  return parseHealthCheck(words ?? ['CMD-SHELL', shell ?? ''], {
    interval: text(value['interval']),
    timeout: text(value['timeout']),
    startPeriod: text(value['start_period']),
    retries: text(value['retries']),
  });
}

/** What a service may use: its own keys, or `deploy.resources`. */
export function serviceLimits(spec: JsonObject): ContainerResources | undefined {
  const deploy = isJsonObject(spec['deploy']) ? spec['deploy'] : {};
  const resources = isJsonObject(deploy['resources']) ? deploy['resources'] : {};
  const limits = isJsonObject(resources['limits']) ? resources['limits'] : {};
  const reserved = isJsonObject(resources['reservations']) ? resources['reservations'] : {};
  const size = (value: JsonValue | undefined): number => {
    const parsed = parseSize(text(value) ?? '');
    return parsed.ok ? parsed.value : 0;
  };
  const memory = size(spec['mem_limit'] ?? limits['memory']);
  const swap = size(spec['memswap_limit']);
  const found = {
    ...NO_LIMITS,
    memory,
    memorySwap: swap === 0 ? 2 * memory : swap,
    memoryReservation: size(spec['mem_reservation'] ?? reserved['memory']),
    nanoCpus: Math.round(Number(text(spec['cpus'] ?? limits['cpus']) ?? 0) * 1e9),
  };
  return Object.values(found).some((value) => value !== 0) ? found : undefined;
}

/** `extra_hosts` as lines of /etc/hosts. */
export function extraHostsOf(value: JsonValue | undefined): string[] {
  const words = isJsonObject(value)
    ? Object.entries(value).map(([name, address]) => `${name}=${text(address) ?? ''}`)
    : list(value).map((word) => text(word) ?? '');
  return words.flatMap((word) => {
    const [, name, address] = /^([^:=]+)[:=](.+)$/.exec(word) ?? [];
    return name === undefined ? [] : [`${address}\t${name}`];
  });
}

/** Paths of `tmpfs`. */
export const tmpfsOf = (value: JsonValue | undefined): string[] =>
  list(value).map((word) => (text(word) ?? '').split(':')[0]);

/** How many rules a service's `develop` has for a watch. */
export const watchRules = (value: JsonValue | undefined): number =>
  isJsonObject(value) ? list(value['watch']).length : 0;
