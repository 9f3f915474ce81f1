import { decodeBase64 } from '@seatrial/kernel';
import { parseTime } from '../../time/go-time.js';
import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  type Complaints,
} from '../../validation/formats.js';
import { CelNative, CelOptional, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';
import { parseRequestUrl } from './go-url.js';

/* Named formats (k8s.io/apiserver/pkg/cel/library format.go). */

/** A format by its name. */
export class NamedFormat extends CelNative {
  readonly typeName = 'kubernetes.NamedFormat';
  constructor(
    readonly name: string,
    readonly validate: (text: string) => Complaints,
    /** What its regular expression counts for in costs. */
    readonly regexSize: number,
  ) {
    super();
  }
  equals(other: CelNative): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }
  toString(): string {
    return this.name;
  }
}

const UUID = /^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const maskDash = (text: string): string => (text.length > 1 ? text.replace(/-$/, 'a') : text);

const FORMATS = new Map<string, NamedFormat>(
  (
    [
      ['dns1123Label', isDns1123Label, 30],
      ['dns1123Subdomain', isDns1123Subdomain, 60],
      ['dns1035Label', isDns1035Label, 30],
      ['qualifiedName', isQualifiedName, 60],
      ['dns1123LabelPrefix', (text) => isDns1123Label(maskDash(text)), 30],
      ['dns1123SubdomainPrefix', (text) => isDns1123Subdomain(maskDash(text)), 60],
      ['dns1035LabelPrefix', (text) => isDns1035Label(maskDash(text)), 30],
      ['labelValue', isValidLabelValue, 40],
      ['uri', uriComplaints, 1103],
      ['uuid', (text) => (UUID.test(text) ? [] : ['does not match the UUID format']), 70],
      ['byte', (text) => ('text' in decodeBase64(text) ? [] : ['invalid base64']), 84],
      ['date', (text) => (DATE.test(text) ? [] : ['invalid date']), 71],
      ['datetime', (text) => (parseTime(text) === undefined ? ['invalid datetime'] : []), 71],
    ] satisfies [string, (text: string) => Complaints, number][]
  ).map(([name, validate, size]) => [name, new NamedFormat(name, validate, size)]),
);

function uriComplaints(text: string): Complaints {
  const url = parseRequestUrl(text);
  return typeof url === 'string' ? [url] : [];
}

function validate(format: NamedFormat, text: string): CelValue {
  const complaints = format.validate(text);
  return complaints.length > 0 ? CelOptional.of([...complaints]) : CelOptional.none;
}

export const formatLibrary: CelLibrary = {
  ...Object.fromEntries([...FORMATS].map(([name, format]) => [`format.${name}`, implement(() => format)])),
  'format-named': implement((name: string) => {
    const format = FORMATS.get(name);
    return format ? CelOptional.of(format) : CelOptional.none;
  }),
  'format-validate': implement(validate),
};
