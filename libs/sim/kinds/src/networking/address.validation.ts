import type { KubeObject } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import {
  fieldErrors,
  isDns1123Subdomain,
  isValidPathSegmentName,
  parseCidr,
  strictCidrComplaints,
  type FieldError,
} from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { part, text } from '../registry/untyped.js';
import { SPEC, complain } from '../validation/fields.js';

const MAX_CIDRS = 2;

const strings = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.map(text) : []);
const json = (object: KubeObject): JsonObject => draftAs<JsonObject>(object);

/** ValidateServiceCIDR. */
export function validateServiceCidr(object: KubeObject): FieldError[] {
  const path = SPEC.child('cidrs');
  const cidrs = strings(part(json(object), 'spec', 'cidrs'));
  if (cidrs.length === 0) return [fieldErrors.required(path, 'at least one CIDR required')];
  if (cidrs.length > MAX_CIDRS) return [fieldErrors.invalid(path, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, index) => complain(path.index(index), cidr, strictCidrComplaints(cidr)));
  const families = cidrs.map((cidr) => parseCidr(cidr)?.address.bits);
  if (cidrs.length === MAX_CIDRS && families[0] !== undefined && families[0] === families[1])
    errors.push(
      fieldErrors.invalid(
        path,
        cidrs,
        'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ),
    );
  return errors;
}

/** ValidateServiceCIDRUpdate: a second range may come to the first. */
export function validateServiceCidrUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const path = SPEC.child('cidrs');
  const after = strings(part(json(object), 'spec', 'cidrs'));
  const before = strings(part(json(old), 'spec', 'cidrs'));
  const grown = before.length === 1 && after.length === MAX_CIDRS;
  if (after.length !== before.length && !grown) return [fieldErrors.invalid(path, after, 'field is immutable')];
  const changed = before.flatMap((cidr, index) =>
    after[index] === cidr ? [] : [fieldErrors.invalid(path.index(index), after[index], 'field is immutable')],
  );
  return grown ? [...changed, ...validateServiceCidr(object)] : changed;
}

/** ValidateIPAddress. */
export function validateIpAddress(object: KubeObject): FieldError[] {
  const parent = part(json(object), 'spec', 'parentRef');
  const path = SPEC.child('parentRef');
  if (!isJsonObject(parent)) return [fieldErrors.required(path)];
  const errors: FieldError[] = [];
  const group = text(parent.group);
  if (group !== '') errors.push(...complain(path.child('group'), group, isDns1123Subdomain(group)));
  for (const field of ['resource', 'name', 'namespace']) {
    const value = text(parent[field]);
    if (value !== '') errors.push(...complain(path.child(field), value, isValidPathSegmentName(value)));
    else if (field !== 'namespace') errors.push(fieldErrors.required(path.child(field)));
  }
  return errors;
}
