import { Optional, type Environment } from '@marcbachmann/cel-js';
import { decodeBase64 } from '@seatrial/kernel';
import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  type Complaints,
} from '../../validation/formats.js';
import { parseTime } from '../../time/go-time.js';

class FormatNamespace {
  readonly name = 'format';
}

class NamedFormat {
  constructor(readonly validate: (text: string) => Complaints) {}
}

const UUID = /^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const FORMATS: Readonly<Record<string, (text: string) => Complaints>> = {
  dns1123Label: isDns1123Label,
  dns1123Subdomain: isDns1123Subdomain,
  dns1035Label: isDns1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: (text) => isDns1123Label(text.replace(/-$/, 'a')),
  dns1123SubdomainPrefix: (text) => isDns1123Subdomain(text.replace(/-$/, 'a')),
  dns1035LabelPrefix: (text) => isDns1035Label(text.replace(/-$/, 'a')),
  labelValue: isValidLabelValue,
  uri: (text) =>
    /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|\/)\S*$/.test(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`],
  uuid: (text) => (UUID.test(text) ? [] : ['does not match the UUID format']),
  byte: (text) => ('text' in decodeBase64(text) ? [] : ['invalid base64']),
  date: (text) => (DATE.test(text) ? [] : ['invalid date']),
  datetime: (text) => (parseTime(text) === undefined ? ['invalid datetime'] : []),
};

/** Named formats (k8s.io/apiserver/pkg/cel/library format.go). */
export function registerFormatLibrary(env: Environment): void {
  env.registerType('FormatNamespace', FormatNamespace);
  env.registerType('kubernetes.NamedFormat', NamedFormat);
  env.registerConstant('format', 'FormatNamespace', new FormatNamespace());
  const formats = new Map(Object.entries(FORMATS).map(([name, validate]) => [name, new NamedFormat(validate)]));
  for (const [name, format] of formats)
    env.registerFunction(`FormatNamespace.${name}(): kubernetes.NamedFormat`, () => format);
  env.registerFunction(
    'FormatNamespace.named(string): optional<kubernetes.NamedFormat>',
    (_: unknown, name: string) => {
      const format = formats.get(name);
      return format ? Optional.of(format) : Optional.none();
    },
  );
  env.registerFunction(
    'kubernetes.NamedFormat.validate(string): optional<list<string>>',
    ({ validate }: NamedFormat, text: string) => {
      const complaints = validate(text);
      return complaints.length > 0 ? Optional.of([...complaints]) : Optional.none();
    },
  );
}
