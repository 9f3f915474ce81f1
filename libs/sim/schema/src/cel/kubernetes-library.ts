import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '../quantity/quantity.js';
import { parseCidr, parseIp } from '../validation/ip-address.js';

/* Kubernetes' CEL function library (k8s.io/apiserver/pkg/cel/library, v1.35) on top of the standard functions. */

/** A URL as `url()` gives it. */
class Url {
  constructor(
    readonly scheme: string,
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {}
}

const URL_PATTERN = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;

function parseUrl(text: string): Url | undefined {
  const match = URL_PATTERN.exec(text);
  if (match) return new Url(match[1], match[2], match[3], match[4] ?? '');
  return text.startsWith('/') ? new Url('', '', text.replace(/\?.*$/s, ''), '') : undefined;
}

const order = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  return (a as bigint) < (b as bigint) ? -1 : (a as bigint) > (b as bigint) ? 1 : 0;
};

const equal = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b));

function mustParse(text: string): Quantity {
  const parsed = Quantity.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const regex = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(pattern);
  } catch {
    throw new Error(`error parsing regexp: ${pattern}`);
  }
};

function findAll(text: string, pattern: string, limit: number): string[] {
  const found: string[] = [];
  const matcher = regex(pattern).matcher(text);
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

function registerLists(env: Environment): void {
  env.registerFunction('list.isSorted(): bool', (list: unknown[]) =>
    list.every((item, index) => index === 0 || order(list[index - 1], item) <= 0),
  );
  env.registerFunction('list.sum(): dyn', (list: (bigint | number)[]) =>
    list.length === 0 ? 0n : list.slice(1).reduce((sum, item) => (sum as bigint) + (item as bigint), list[0]),
  );
  const extreme = (list: unknown[], sign: number, name: string): unknown => {
    if (list.length === 0) throw new Error(`${name} called on empty list`);
    return list.reduce((best, item) => (order(item, best) * sign < 0 ? item : best));
  };
  env.registerFunction('list.min(): dyn', (list: unknown[]) => extreme(list, 1, 'min'));
  env.registerFunction('list.max(): dyn', (list: unknown[]) => extreme(list, -1, 'max'));
  env.registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findIndex((entry) => equal(entry, item))),
  );
  env.registerFunction('list.lastIndexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findLastIndex((entry) => equal(entry, item))),
  );
}

function registerStrings(env: Environment): void {
  env.registerFunction(`string.${SAFE_MATCHES}(string): bool`, (text: string, pattern: string) =>
    regex(pattern).matcher(text).find(),
  );
  env.registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => findAll(text, pattern, 1)[0] ?? '',
  );
  env.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern, -1),
  );
  env.registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, limit: bigint) =>
    findAll(text, pattern, Number(limit)),
  );
  env.registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)));
  env.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.split(from).join(to),
  );
}

function registerUrls(env: Environment): void {
  env.registerType('Url', Url);
  env.registerFunction('isURL(string): bool', (text: string) => parseUrl(text) !== undefined);
  env.registerFunction('url(string): Url', (text: string) => {
    const url = parseUrl(text);
    if (!url) throw new Error(`URL parse error during conversion from string: ${text}`);
    return url;
  });
  env.registerFunction('Url.getScheme(): string', (url: Url) => url.scheme);
  env.registerFunction('Url.getHost(): string', (url: Url) => url.host);
  env.registerFunction('Url.getHostname(): string', (url: Url) => url.host.replace(/:\d+$/, ''));
  env.registerFunction('Url.getPort(): string', (url: Url) => /:(\d+)$/.exec(url.host)?.[1] ?? '');
  env.registerFunction('Url.getEscapedPath(): string', (url: Url) => url.path);
}

function registerQuantities(env: Environment): void {
  env.registerType('Quantity', Quantity);
  env.registerFunction('quantity(string): Quantity', mustParse);
  env.registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text).ok);
  env.registerFunction('Quantity.isInteger(): bool', (amount: Quantity) => amount.isInteger());
  env.registerFunction('Quantity.asInteger(): int', (amount: Quantity) => BigInt(amount.value()));
  env.registerFunction('Quantity.asApproximateFloat(): double', (amount: Quantity) => amount.toNumber());
  env.registerFunction('Quantity.sign(): int', (amount: Quantity) => BigInt(amount.sign()));
  env.registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => BigInt(a.compare(b)));
  env.registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.compare(b) > 0);
  env.registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.compare(b) < 0);
  env.registerFunction('Quantity.add(Quantity): Quantity', (a: Quantity, b: Quantity) => a.add(b));
  env.registerFunction('Quantity.sub(Quantity): Quantity', (a: Quantity, b: Quantity) => a.sub(b));
  env.registerFunction('Quantity.add(int): Quantity', (a: Quantity, b: bigint) => a.add(Quantity.fromInteger(b)));
  env.registerFunction('Quantity.sub(int): Quantity', (a: Quantity, b: bigint) => a.sub(Quantity.fromInteger(b)));
}

/** What `matches` is called inside: the standard one would run the pattern as a JavaScript expression. */
export const SAFE_MATCHES = 'matchesRe2';

let base: Environment | undefined;

/** A new environment with the library in it, for the given variables. */
export function celEnvironment(variables: readonly string[]): Environment {
  if (!base) {
    base = new Environment({
      unlistedVariablesAreDyn: false,
      enableOptionalTypes: true,
      homogeneousAggregateLiterals: false,
      limits: {
        maxAstNodes: 20_000,
        maxDepth: 200,
        maxListElements: 5_000,
        maxMapEntries: 5_000,
        maxCallArguments: 32,
      },
    });
    registerLists(base);
    registerStrings(base);
    registerUrls(base);
    registerQuantities(base);
    base.registerFunction('isIP(string): bool', (text: string) => parseIp(text) !== undefined);
    base.registerFunction('isCIDR(string): bool', (text: string) => parseCidr(text) !== undefined);
  }
  const env = base.clone();
  for (const name of variables) env.registerVariable(name, 'dyn');
  return env;
}
