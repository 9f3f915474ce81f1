import {
  FieldPath,
  fieldErrors,
  isDns1123Subdomain,
  isHttpHeaderName,
  isValidPortNumber,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain, nonNegative, oneOf, portNumberOrName } from '../../validation/fields.js';

interface Handler {
  readonly exec?: core.ExecAction;
  readonly httpGet?: core.HTTPGetAction;
  readonly tcpSocket?: core.TCPSocketAction;
  readonly grpc?: core.GRPCAction;
  readonly sleep?: { readonly seconds: number };
}

function validateHttpGet(get: core.HTTPGetAction, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!get.path) errors.push(fieldErrors.required(path.child('path')));
  errors.push(...portNumberOrName(get.port, path.child('port')));
  errors.push(...oneOf(get.scheme, ['HTTP', 'HTTPS'], path.child('scheme'), 'allowed'));
  for (const header of get.httpHeaders ?? [])
    errors.push(...complain(path.child('httpHeaders'), header.name, isHttpHeaderName(header.name)));
  return errors;
}

/** The one action of a probe or a lifecycle hook (validateHandler). */
export function validateHandler(handler: Handler, grace: number | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const check = (name: string, present: unknown, validate: () => FieldError[]): void => {
    if (!present) return;
    if (count > 0) errors.push(fieldErrors.forbidden(path.child(name), 'may not specify more than 1 handler type'));
    else {
      count++;
      errors.push(...validate());
    }
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  check('exec', exec, () =>
    (exec?.command ?? []).length === 0 ? [fieldErrors.required(path.child('exec').child('command'))] : [],
  );
  check('httpGet', httpGet, () => (httpGet ? validateHttpGet(httpGet, path.child('httpGet')) : []));
  check('tcpSocket', tcpSocket, () =>
    tcpSocket ? portNumberOrName(tcpSocket.port, path.child('tcpSocket').child('port')) : [],
  );
  check('grpc', grpc, () =>
    grpc ? complain(path.child('grpc').child('port'), grpc.port, isValidPortNumber(grpc.port)) : [],
  );
  check('sleep', sleep, () => {
    const seconds = sleep?.seconds ?? 0;
    if (seconds >= 0 && seconds <= (grace ?? 30)) return [];
    return [
      fieldErrors.invalid(
        path.child('sleep'),
        seconds,
        `must be non-negative and less than terminationGracePeriodSeconds (${grace ?? 30})`,
      ),
    ];
  });
  if (count === 0) errors.push(fieldErrors.required(path, 'must specify a handler type'));
  return errors;
}

function validateProbe(probe: core.Probe, grace: number | undefined, path: FieldPath): FieldError[] {
  const errors = validateHandler(probe, grace, path);
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)
    errors.push(...nonNegative(probe[field], path.child(field)));
  if (probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0) {
    errors.push(
      fieldErrors.invalid(
        path.child('terminationGracePeriodSeconds'),
        probe.terminationGracePeriodSeconds,
        'must be greater than 0',
      ),
    );
  }
  return errors;
}

function mustSucceedOnce(probe: core.Probe, path: FieldPath): FieldError[] {
  return probe.successThreshold !== undefined && probe.successThreshold !== 1
    ? [fieldErrors.invalid(path.child('successThreshold'), probe.successThreshold, 'must be 1')]
    : [];
}

/** Lifecycle hooks and the three probes of a regular or a sidecar container. */
export function validateLifecycleAndProbes(
  container: core.Container,
  grace: number | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const hooks = path.child('lifecycle');
  if (lifecycle?.postStart) errors.push(...validateHandler(lifecycle.postStart, grace, hooks.child('postStart')));
  if (lifecycle?.preStop) errors.push(...validateHandler(lifecycle.preStop, grace, hooks.child('preStop')));
  if (livenessProbe) {
    const at = path.child('livenessProbe');
    errors.push(...validateProbe(livenessProbe, grace, at), ...mustSucceedOnce(livenessProbe, at));
  }
  if (readinessProbe) {
    const at = path.child('readinessProbe');
    errors.push(...validateProbe(readinessProbe, grace, at));
    if (readinessProbe.terminationGracePeriodSeconds !== undefined) {
      errors.push(
        fieldErrors.invalid(
          at.child('terminationGracePeriodSeconds'),
          readinessProbe.terminationGracePeriodSeconds,
          'must not be set for readinessProbes',
        ),
      );
    }
  }
  if (startupProbe) {
    const at = path.child('startupProbe');
    errors.push(...validateProbe(startupProbe, grace, at), ...mustSucceedOnce(startupProbe, at));
  }
  return errors;
}

export const validateReferencedName = (name: string, path: FieldPath): FieldError[] =>
  complain(path, name, isDns1123Subdomain(name));
