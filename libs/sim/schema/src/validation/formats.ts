/*
 * What names and values must look like, with the complaint texts of k8s.io/apimachinery/pkg/util/validation (v1.35).
 * Every function returns its complaints; none means valid.
 */

export type Complaints = readonly string[];

const regexError = (message: string, format: string, ...examples: readonly string[]): string => {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${format}')`;
};

export const maxLengthComplaint = (length: number): string => `must be no more than ${length} characters`;
/** The newer checks (`api/validate/content`: labels, annotations, qualified names) count bytes. */
const maxBytesComplaint = (length: number): string => `must be no more than ${length} bytes`;
export const EMPTY_COMPLAINT = 'must be non-empty';
export const rangeComplaint = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;
export const NON_NEGATIVE_COMPLAINT = 'must be greater than or equal to 0';
export const IMMUTABLE_COMPLAINT = 'field is immutable';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const ENV_VAR = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const PERCENT = '[0-9]+%';
const HTTP_HEADER = '[-A-Za-z0-9]+';

const whole = (format: string): RegExp => new RegExp(`^(?:${format})$`);
const LABEL_PATTERN = whole(LABEL);
const LABEL_1035_PATTERN = whole(LABEL_1035);
const QUALIFIED_PATTERN = whole(QUALIFIED);

/** Checked label by label, as the one expression would backtrack on long wrong names. */
const isSubdomain = (value: string): boolean => value.split('.').every((label) => LABEL_PATTERN.test(label));

export function isDns1123Label(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 63) complaints.push(maxLengthComplaint(63));
  if (!LABEL_PATTERN.test(value)) {
    complaints.push(
      isSubdomain(value)
        ? 'must not contain dots'
        : regexError(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
            LABEL,
            'my-name',
            '123-abc',
          ),
    );
  }
  return complaints;
}

const SUBDOMAIN_COMPLAINT = regexError(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  'example.com',
);

export function isDns1123Subdomain(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 253) complaints.push(maxLengthComplaint(253));
  if (!isSubdomain(value)) complaints.push(SUBDOMAIN_COMPLAINT);
  return complaints;
}

const LABEL_WITH_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_WITH_UNDERSCORE = `${LABEL_WITH_UNDERSCORE}(\\.${LABEL_WITH_UNDERSCORE})*`;
const LABEL_WITH_UNDERSCORE_PATTERN = new RegExp(`^${LABEL_WITH_UNDERSCORE}$`);

/** As DNS search paths may be: labels may have underscores. */
export function isDns1123SubdomainWithUnderscore(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 253) complaints.push(maxLengthComplaint(253));
  if (!value.split('.').every((label) => LABEL_WITH_UNDERSCORE_PATTERN.test(label)))
    complaints.push(
      regexError(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        SUBDOMAIN_WITH_UNDERSCORE,
        'example.com',
      ),
    );
  return complaints;
}

export function isDns1035Label(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 63) complaints.push(maxLengthComplaint(63));
  if (!LABEL_1035_PATTERN.test(value)) {
    complaints.push(
      regexError(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        LABEL_1035,
        'my-name',
        'abc-123',
      ),
    );
  }
  return complaints;
}

export function isWildcardDns1123Subdomain(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 253) complaints.push(maxLengthComplaint(253));
  if (!value.startsWith('*.') || !isSubdomain(value.slice(2))) {
    complaints.push(
      regexError(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        `\\*\\.${SUBDOMAIN}`,
        '*.example.com',
      ),
    );
  }
  return complaints;
}

const QUALIFIED_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

export function isQualifiedName(value: string): Complaints {
  const complaints: string[] = [];
  const parts = value.split('/');
  let name = value;
  if (parts.length === 2) {
    name = parts[1];
    if (parts[0] === '') complaints.push(`prefix part ${EMPTY_COMPLAINT}`);
    else {
      if (parts[0].length > 253) complaints.push(`prefix part ${maxBytesComplaint(253)}`);
      if (!isSubdomain(parts[0])) complaints.push(`prefix part ${SUBDOMAIN_COMPLAINT}`);
    }
  } else if (parts.length > 2) {
    return [
      `a valid label key ${regexError(QUALIFIED_MESSAGE, QUALIFIED, 'MyName', 'my.name', '123-abc')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (name === '') complaints.push(`name part ${EMPTY_COMPLAINT}`);
  else if (name.length > 63) complaints.push(`name part ${maxBytesComplaint(63)}`);
  if (!QUALIFIED_PATTERN.test(name))
    complaints.push(`name part ${regexError(QUALIFIED_MESSAGE, QUALIFIED, 'MyName', 'my.name', '123-abc')}`);
  return complaints;
}

export function isValidLabelValue(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 63) complaints.push(maxBytesComplaint(63));
  if (value !== '' && !QUALIFIED_PATTERN.test(value)) {
    complaints.push(
      regexError(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        `(${QUALIFIED})?`,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return complaints;
}

export const isValidPortNumber = (port: number): Complaints =>
  port >= 1 && port <= 65535 ? [] : [rangeComplaint(1, 65535)];

export const isInRange = (value: number, low: number, high: number): Complaints =>
  value >= low && value <= high ? [] : [rangeComplaint(low, high)];

export function isValidPortName(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 15) complaints.push(maxLengthComplaint(15));
  if (!/^[-a-z0-9]+$/.test(value))
    complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) complaints.push('must contain at least one letter (a-z)');
  if (value.includes('--')) complaints.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) complaints.push('must not begin or end with a hyphen');
  return complaints;
}

function hasDotPrefix(value: string): Complaints {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

export function isEnvVarName(value: string): Complaints {
  const complaints: string[] = [];
  if (!whole(ENV_VAR).test(value)) {
    complaints.push(
      regexError(
        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
        ENV_VAR,
        'my.env-name',
        'MY_ENV.NAME',
        'MyEnvName1',
      ),
    );
  }
  return [...complaints, ...hasDotPrefix(value)];
}

/** What containers' env names must be since v1.32 (RelaxedEnvironmentVariableValidation). */
export function isRelaxedEnvVarName(value: string): Complaints {
  if (value === '') return [`environment variable name ${EMPTY_COMPLAINT}`];
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function isConfigMapKey(value: string): Complaints {
  const complaints: string[] = [];
  if (value.length > 253) complaints.push(maxLengthComplaint(253));
  if (!whole(CONFIG_KEY).test(value)) {
    complaints.push(
      regexError(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        CONFIG_KEY,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  return [...complaints, ...hasDotPrefix(value)];
}

export function isCIdentifier(value: string): Complaints {
  return whole(C_IDENTIFIER).test(value)
    ? []
    : [
        regexError(
          "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
          C_IDENTIFIER,
          'my_name',
          'MY_NAME',
          'MyName',
        ),
      ];
}

export function isValidPercent(value: string): Complaints {
  return whole(PERCENT).test(value)
    ? []
    : [regexError("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%')];
}

export function isHttpHeaderName(value: string): Complaints {
  return whole(HTTP_HEADER).test(value)
    ? []
    : [regexError("a valid HTTP header must consist of alphanumeric characters or '-'", HTTP_HEADER, 'X-Header-Name')];
}

/** Names of kinds that are only part of a URL path (RBAC roles). */
export function isValidPathSegmentName(value: string): Complaints {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}

export const isFullyQualifiedDomainName = (value: string): Complaints =>
  value.split('.').length < 2
    ? ['should be a domain with at least two segments separated by dots']
    : isDns1123Subdomain(value);

/** `example.com/path`, as finalizers of namespaces and conditions name their domain. */
export function isDomainPrefixedPath(value: string): Complaints {
  if (value === '') return [EMPTY_COMPLAINT];
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) return ['must be a domain-prefixed path (such as "acme.io/foo")'];
  return isDns1123Subdomain(value.slice(0, slash)).map((complaint) => `prefix part ${complaint}`);
}
