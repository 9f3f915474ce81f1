import type { KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  goQuote,
  isDns1035Label,
  isDns1123Subdomain,
  isValidPortNumber,
  type FieldError,
} from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { complain } from '../validation/fields.js';

/** `spec` of an APIService (apiregistration.k8s.io/v1). */
interface ApiServiceSpec {
  readonly group?: string;
  readonly version?: string;
  readonly groupPriorityMinimum?: number;
  readonly versionPriority?: number;
  readonly caBundle?: string;
  readonly insecureSkipTLSVerify?: boolean;
  readonly service?: { readonly namespace?: string; readonly name?: string; readonly port?: number };
}

const MOST_GROUP_PRIORITY = 20_000;
const MOST_VERSION_PRIORITY = 1000;

const between = (value: number, most: number, path: FieldPath): FieldError[] =>
  value > 0 && value <= most ? [] : complain(path, value, [`must be positive and less than ${most}`]);

function validateTarget(spec: ApiServiceSpec, path: FieldPath): FieldError[] {
  const { service, insecureSkipTLSVerify, caBundle = '' } = spec;
  const insecure = path.child('insecureSkipTLSVerify');
  if (!service) {
    const bytes = `${Math.floor((caBundle.replace(/=+$/, '').length * 3) / 4)} bytes`;
    return [
      ...(caBundle === ''
        ? []
        : complain(path.child('caBundle'), bytes, ['local APIServices may not have a caBundle'])),
      ...(insecureSkipTLSVerify
        ? complain(insecure, true, ['local APIServices may not have insecureSkipTLSVerify'])
        : []),
    ];
  }
  const at = path.child('service');
  const { namespace = '', name = '', port = 0 } = service;
  return [
    ...(namespace === '' ? [fieldErrors.required(at.child('namespace'), '')] : []),
    ...(name === '' ? [fieldErrors.required(at.child('name'), '')] : []),
    ...isValidPortNumber(port).map((complaint) =>
      fieldErrors.invalid(at.child('port'), port, `port is not valid: ${complaint}`),
    ),
    ...(insecureSkipTLSVerify && caBundle !== ''
      ? complain(insecure, true, ['may not be true if caBundle is present'])
      : []),
  ];
}

/** ValidateAPIService (k8s.io/kube-aggregator/pkg/apis/apiregistration/validation, v1.35). */
export function validateApiService(object: KubeObject): FieldError[] {
  const { spec } = draftAs<{ readonly spec: ApiServiceSpec }>(object);
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec;
  const path = FieldPath.root('spec');
  const { name } = object.metadata as { readonly name?: string };
  const required = `${version}.${group}`;
  return [
    ...(name === undefined || name === '' || name === required
      ? []
      : complain(FieldPath.root('metadata').child('name'), name, [
          `must be \`spec.version+"."+spec.group\`: ${goQuote(required)}`,
        ])),
    ...(group === '' && version !== 'v1'
      ? [fieldErrors.required(path.child('group'), 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group === '' ? [] : complain(path.child('group'), group, isDns1123Subdomain(group))),
    ...complain(path.child('version'), version, isDns1035Label(version)),
    ...between(groupPriorityMinimum, MOST_GROUP_PRIORITY, path.child('groupPriorityMinimum')),
    ...between(versionPriority, MOST_VERSION_PRIORITY, path.child('versionPriority')),
    ...validateTarget(spec, path),
  ];
}
