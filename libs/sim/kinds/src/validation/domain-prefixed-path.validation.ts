import { fieldErrors, isDns1123Subdomain, type FieldError, type FieldPath } from '@seatrial/schema';
import { complain } from './fields.js';

const HTTP_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** validation.IsDomainPrefixedPath. */
export function validateDomainPrefixedPath(value: string, path: FieldPath): FieldError[] {
  if (value === '') return [fieldErrors.required(path)];
  const slash = value.indexOf('/');
  const [host, rest] = [value.slice(0, Math.max(0, slash)), value.slice(slash + 1)];
  if (host === '' || rest === '')
    return [fieldErrors.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const wrongPath = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
  return [
    ...complain(path, host, isDns1123Subdomain(host)),
    ...(HTTP_PATH.test(rest) ? [] : complain(path, rest, [wrongPath])),
  ];
}
