import { fail, ok, type Result } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import type { Container } from 'kubernetes-types/core/v1.js';

/** The number behind a port that a probe or hook names (pkg/probe ResolveContainerPort); the error is Go's. */
export function resolveContainerPort(port: string | number | undefined, container: Container): Result<number, string> {
  const named =
    typeof port === 'string' ? container.ports?.find((each) => each.name === port)?.containerPort : undefined;
  const text = String(port ?? 0);
  if (named === undefined && typeof port === 'string' && !/^[+-]?\d+$/.test(text))
    return fail(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  const value = named ?? Number(text);
  return value > 0 && value < 65_536 ? ok(value) : fail(`invalid port number: ${value}`);
}
