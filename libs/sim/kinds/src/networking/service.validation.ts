import type { KindContext, KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidCidr,
  isValidIp,
  isValidPortNumber,
  parseIp,
  validateLabels,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { validateEndpointIp } from '../validation/endpoint-ip.validation.js';
import { validateServiceStatus } from './load-balancer-status.validation.js';
import { SPEC, complain, oneOf, portNumberOrName } from '../validation/fields.js';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const FAMILIES = ['IPv4', 'IPv6'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function validatePort(port: core.ServicePort, several: boolean, names: Set<string>, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (several && !port.name) errors.push(fieldErrors.required(at.child('name')));
  else if (port.name) {
    errors.push(...complain(at.child('name'), port.name, isDns1123Label(port.name)));
    if (names.has(port.name)) errors.push(fieldErrors.duplicate(at.child('name'), port.name));
    names.add(port.name);
  }
  errors.push(...complain(at.child('port'), port.port, isValidPortNumber(port.port)));
  errors.push(...oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol'), 'required'));
  const { appProtocol } = port;
  if (port.targetPort !== undefined) errors.push(...portNumberOrName(port.targetPort, at.child('targetPort')));
  if (appProtocol !== undefined)
    errors.push(...complain(at.child('appProtocol'), appProtocol, isQualifiedName(appProtocol)));
  return errors;
}

const portsMissing = (spec: core.ServiceSpec, headless: boolean): boolean =>
  (spec.ports ?? []).length === 0 && !headless && spec.type !== 'ExternalName';

function validatePorts(spec: core.ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  return ports.flatMap((port, index) => validatePort(port, ports.length > 1, names, SPEC.child('ports').index(index)));
}

function duplicatePorts(spec: core.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  const seen = new Set<string>();
  (spec.ports ?? []).forEach((port, index) => {
    const at = SPEC.child('ports').index(index);
    if (port.nodePort) {
      const key = `${port.protocol ?? ''}/${port.nodePort}`;
      if (nodePorts.has(key)) errors.push(fieldErrors.duplicate(at.child('nodePort'), port.nodePort));
      nodePorts.add(key);
    }
  });
  (spec.ports ?? []).forEach((port, index) => {
    const key = `${port.protocol ?? ''}/${port.port}`;
    if (seen.has(key)) {
      const shown = {
        Name: '',
        Protocol: port.protocol ?? '',
        AppProtocol: null,
        Port: port.port,
        TargetPort: 0,
        NodePort: 0,
      };
      errors.push(fieldErrors.duplicate(SPEC.child('ports').index(index), shown));
    }
    seen.add(key);
  });
  return errors;
}

function externalIps(spec: core.ServiceSpec): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((text, index) => {
    const at = SPEC.child('externalIPs').index(index);
    const malformed = complain(at, text, isValidIp(text));
    return parseIp(text) ? [...malformed, ...validateEndpointIp(at, text)] : malformed;
  });
}

/** Whether load balancers ask the nodes for local endpoints (apis/core/helper service NeedsHealthCheck). */
export const needsHealthCheck = (spec: core.ServiceSpec): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

function trafficPolicies(spec: core.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal } = spec;
  const exposed =
    spec.type === 'LoadBalancer' ||
    spec.type === 'NodePort' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
  const path = SPEC.child('externalTrafficPolicy');
  if (external && !exposed)
    errors.push(fieldErrors.invalid(path, external, 'may only be set for externally-accessible services'));
  else if (exposed && !external) {
    if (spec.type !== 'ClusterIP') errors.push(fieldErrors.required(path, 'may not be empty'));
  } else errors.push(...oneOf(external, ['Cluster', 'Local'], path, 'allowed'));
  if (!internal) {
    if (spec.type !== 'ExternalName' && TYPES.includes(spec.type ?? ''))
      errors.push(fieldErrors.required(SPEC.child('internalTrafficPolicy')));
  } else errors.push(...oneOf(internal, ['Cluster', 'Local'], SPEC.child('internalTrafficPolicy')));
  if (!needsHealthCheck(spec) && spec.healthCheckNodePort)
    errors.push(
      fieldErrors.invalid(
        SPEC.child('healthCheckNodePort'),
        spec.healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  const distribution = (spec as { trafficDistribution?: string }).trafficDistribution;
  errors.push(...oneOf(distribution, DISTRIBUTIONS, SPEC.child('trafficDistribution')));
  return errors;
}

/** clusterIP and clusterIPs name the same; only the first may be given alone. */
function addressesAgree(spec: core.ServiceSpec, path: FieldPath): FieldError[] {
  const { clusterIP = '', clusterIPs: ips = [] } = spec;
  if (clusterIP === '')
    return ips.length > 0 ? [fieldErrors.invalid(path, ips, 'must be empty when `clusterIP` is not specified')] : [];
  const agree = ips.length === 0 || ips[0] === clusterIP;
  return agree ? [] : [fieldErrors.invalid(path, ips, 'first value must match `clusterIP`')];
}

function clusterIps(spec: core.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const ips = spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : [];
  const path = SPEC.child('clusterIPs');
  const misplaced = ips[0] === 'None' && ips.length > 1;
  if (misplaced) errors.push(fieldErrors.invalid(path, ips, "'None' must be the first and only value"));
  const malformed = ips.flatMap((ip, index) =>
    ip === 'None' && index === 0 ? [] : complain(path.index(index), ip, isValidIp(ip)),
  );
  errors.push(...malformed);
  if (ips.length > 2) errors.push(fieldErrors.invalid(path, ips, 'may only hold up to 2 values'));
  return misplaced || malformed.length > 0 ? errors : [...errors, ...addressFamilies(spec, ips, path)];
}

const familyOf = (ip: string): string => (ip.includes(':') ? 'IPv6' : 'IPv4');

/** One address of each family, and of the family that its place names. */
function addressFamilies(spec: core.ServiceSpec, ips: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (ips.length > 1 && new Set(ips.map(familyOf)).size < 2)
    errors.push(fieldErrors.invalid(path, ips, 'may specify no more than one IP for each IP family'));
  if (ips[0] === 'None') return errors;
  (spec.ipFamilies ?? []).forEach((family, index) => {
    if (index < ips.length && (family === 'IPv4' || family === 'IPv6') && familyOf(ips[index]) !== family)
      errors.push(
        fieldErrors.invalid(
          path.index(index),
          ips[index],
          `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
        ),
      );
  });
  return errors;
}

function sessionAffinity(spec: core.ServiceSpec): FieldError[] {
  const errors = oneOf(spec.sessionAffinity, ['ClientIP', 'None'], SPEC.child('sessionAffinity'), 'required');
  if (spec.sessionAffinity === 'ClientIP') {
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
    const at = SPEC.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
    if (seconds === undefined)
      errors.push(fieldErrors.required(SPEC.child('sessionAffinityConfig'), 'when session affinity type is ClientIP'));
    else if (seconds <= 0 || seconds > 86400)
      errors.push(fieldErrors.invalid(at, seconds, 'must be greater than 0 and less than 86400'));
  } else if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig)
    errors.push(
      fieldErrors.forbidden(SPEC.child('sessionAffinityConfig'), 'must not be set when session affinity is None'),
    );
  return errors;
}

function byType(spec: core.ServiceSpec, headless: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === 'LoadBalancer' && headless)
    errors.push(
      fieldErrors.invalid(
        SPEC.child('clusterIPs').index(0),
        'None',
        "may not be set to 'None' for LoadBalancer services",
      ),
    );
  if (spec.type === 'NodePort' && headless)
    errors.push(
      fieldErrors.invalid(SPEC.child('clusterIPs').index(0), 'None', "may not be set to 'None' for NodePort services"),
    );
  if (spec.type === 'ExternalName') {
    const unused = 'may not be set for ExternalName services';
    if ((spec.clusterIPs ?? []).length > 0 || spec.clusterIP)
      errors.push(fieldErrors.forbidden(SPEC.child('clusterIPs'), unused));
    if ((spec.ipFamilies ?? []).length > 0) errors.push(fieldErrors.forbidden(SPEC.child('ipFamilies'), unused));
    if (spec.ipFamilyPolicy !== undefined) errors.push(fieldErrors.forbidden(SPEC.child('ipFamilyPolicy'), unused));
    const name = spec.externalName ?? '';
    if (name === '') errors.push(fieldErrors.required(SPEC.child('externalName')));
    else {
      const plain = name.endsWith('.') ? name.slice(0, -1) : name;
      errors.push(...complain(SPEC.child('externalName'), name, isDns1123Subdomain(plain)));
    }
  }
  return errors;
}

function nodePortsAllowed(spec: core.ServiceSpec): FieldError[] {
  if (spec.type !== 'ClusterIP') return [];
  return (spec.ports ?? []).flatMap((port, index) =>
    port.nodePort
      ? [
          fieldErrors.forbidden(
            SPEC.child('ports').index(index).child('nodePort'),
            "may not be used when `type` is 'ClusterIP'",
          ),
        ]
      : [],
  );
}

function ipFamilies(spec: core.ServiceSpec): FieldError[] {
  const path = SPEC.child('ipFamilyPolicy');
  const families = spec.ipFamilies ?? [];
  const errors = families.flatMap((family, index) => {
    const at = SPEC.child('ipFamilies').index(index);
    const known = FAMILIES.includes(family) ? [] : [fieldErrors.notSupported(at, family, FAMILIES)];
    return families.indexOf(family) < index ? [...known, fieldErrors.duplicate(at, family)] : known;
  });
  errors.push(...oneOf(spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack'], path));
  return errors;
}

/** What only load balancers have. */
function loadBalancing(spec: core.ServiceSpec): FieldError[] {
  const { loadBalancerSourceRanges: ranges = [], loadBalancerClass, allocateLoadBalancerNodePorts: allocate } = spec;
  const path = SPEC.child('LoadBalancerSourceRanges');
  const balanced = spec.type === 'LoadBalancer';
  const errors: FieldError[] = [];
  const onlyBalanced = (at: FieldPath): void => {
    if (!balanced) errors.push(fieldErrors.forbidden(at, "may only be used when `type` is 'LoadBalancer'"));
  };
  if (ranges.length > 0) onlyBalanced(path);
  ranges.forEach((range, index) =>
    errors.push(...complain(path.index(index), range.trim(), isValidCidr(range.trim()))),
  );
  if (allocate !== undefined) onlyBalanced(SPEC.child('allocateLoadBalancerNodePorts'));
  if (loadBalancerClass !== undefined) {
    const at = SPEC.child('loadBalancerClass');
    onlyBalanced(at);
    if (balanced) errors.push(...complain(at, loadBalancerClass, isQualifiedName(loadBalancerClass)));
  }
  return errors;
}

/** ValidateServiceClusterIPsRelatedFields: what the allocation of addresses relies on. */
export function validateServiceAddresses(object: KubeObject): FieldError[] {
  const spec = draftAs<core.Service>(object).spec ?? {};
  return relatedFields(spec);
}

function relatedFields(spec: core.ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  return [...addressesAgree(spec, SPEC.child('clusterIPs')), ...ipFamilies(spec), ...clusterIps(spec)];
}

/** ValidateService, metadata apart; what allocation says (node ports, cluster IPs) is the API server's. */
export function validateService(object: KubeObject): FieldError[] {
  const spec = draftAs<core.Service>(object).spec ?? {};
  const headless = spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None';
  return [
    ...(portsMissing(spec, headless) ? [fieldErrors.required(SPEC.child('ports'))] : []),
    ...byType(spec, headless),
    ...validatePorts(spec),
    ...validateLabels(spec.selector, SPEC.child('selector')),
    ...sessionAffinity(spec),
    ...relatedFields(spec),
    ...externalIps(spec),
    ...oneOf(spec.type, TYPES, SPEC.child('type'), 'required'),
    ...nodePortsAllowed(spec),
    ...duplicatePorts(spec),
    ...loadBalancing(spec),
    ...trafficPolicies(spec),
  ];
}

/** The primary cluster IP stays, as long as the service keeps one. */
function clusterIpUpdate(now: core.ServiceSpec, old: core.ServiceSpec): FieldError[] {
  if (now.type === 'ExternalName' || old.type === 'ExternalName') return [];
  const before = old.clusterIPs ?? [];
  const after = now.clusterIPs ?? (now.clusterIP ? [now.clusterIP] : []);
  if (before.length === 0 || after.length === 0 || before[0] === after[0]) return [];
  // One that is no address is refused as such alone.
  if (isValidIp(after[0]).length > 0 && after[0] !== 'None') return [];
  return [fieldErrors.invalid(SPEC.child('clusterIPs').index(0), after, 'may not change once set')];
}

export function validateServiceUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  const now = draftAs<core.Service>(object).spec ?? {};
  if (context.subresource === 'status') return validateServiceStatus(now.type, draftAs<core.Service>(object).status);
  const old = draftAs<core.Service>(before).spec ?? {};
  const errors = clusterIpUpdate(now, old);
  if (old.type === 'LoadBalancer' && now.type === 'LoadBalancer' && old.loadBalancerClass !== now.loadBalancerClass)
    errors.push(
      fieldErrors.invalid(SPEC.child('loadBalancerClass'), now.loadBalancerClass ?? null, 'may not change once set'),
    );
  const port = now.healthCheckNodePort ?? old.healthCheckNodePort;
  if (needsHealthCheck(old) && needsHealthCheck(now) && port !== old.healthCheckNodePort)
    errors.push(fieldErrors.forbidden(SPEC.child('healthCheckNodePort'), 'field is immutable'));
  return [...errors, ...validateService(object)];
}
