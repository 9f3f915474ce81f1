import {
  fail,
  ok,
  type Coroutine,
  type DialError,
  type DnsAnswer,
  type DnsRecord,
  type FileSystem,
  type Result,
} from '@seatrial/kernel';
import { parseIpv4 } from '../address.js';

/** Asks one server one question. */
export type Query = (name: string, type: DnsRecord['type'], server: string) => Coroutine<DnsAnswer>;

interface ResolverSettings {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

const MAX_ALIASES = 8;

/** Files that say the same are read once; so many texts are kept. */
const KEPT_TEXTS = 1000;

function remember<T>(parse: (text: string) => T): (text: string) => T {
  const parsed = new Map<string, T>();
  return (text) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const value = parse(text);
    if (parsed.size >= KEPT_TEXTS) parsed.clear();
    parsed.set(text, value);
    return value;
  };
}

export function readResolvConf(files: FileSystem): ResolverSettings {
  const text = files.readFile('/etc/resolv.conf');
  return parseResolvConf(text.ok ? text.value : '');
}

const parseResolvConf = remember((text: string): ResolverSettings => {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [key, ...values] = line.trim().split(/\s+/);
    if (key === 'nameserver') servers.push(...values.slice(0, 1));
    else if (key === 'search') search = values;
    else if (key === 'options') {
      const option = values.find((value) => value.startsWith('ndots:'));
      if (option) ndots = Number(option.slice(6)) || 0;
    }
  }
  return { servers, search, ndots };
});

function fromHostsFile(files: FileSystem, host: string): string | undefined {
  const text = files.readFile('/etc/hosts');
  return text.ok ? parseHosts(text.value).get(host) : undefined;
}

const parseHosts = remember((text: string): ReadonlyMap<string, string> => {
  const addresses = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!address || parseIpv4(address) === undefined) continue;
    for (const name of names) if (!addresses.has(name.toLowerCase())) addresses.set(name.toLowerCase(), address);
  }
  return addresses;
});

/** Addresses of a name as the C library finds them: literal, hosts file, then name servers along the search path. */
export function* resolveHost(
  files: FileSystem,
  host: string,
  query: Query,
): Coroutine<Result<readonly string[], DialError>> {
  if (parseIpv4(host) !== undefined) return ok([host]);
  const lower = host.toLowerCase();
  const known = fromHostsFile(files, lower.replace(/\.$/, ''));
  if (known !== undefined) return ok([known]);
  if (lower === 'localhost') return ok(['127.0.0.1']);
  const { servers, search, ndots } = readResolvConf(files);
  const refuse = (failure: DialError['failure'], afterMs: number): Result<readonly string[], DialError> =>
    fail({ failure, afterMs, hops: [{ where: 'resolver', decision: `${host}: ${failure}` }] });
  if (servers.length === 0) return refuse('name-server-failure', 0);
  const absolute = lower.endsWith('.');
  const name = lower.replace(/\.$/, '');
  const dots = name.split('.').length - 1;
  const searched = search.map((domain) => `${name}.${domain}`);
  const candidates = absolute ? [name] : dots >= ndots ? [name, ...searched] : [...searched, name];
  let failed = false;
  for (const candidate of candidates) {
    const found = yield* lookup(candidate, servers, query);
    // Silence ends the search (res_nsearch); a server's failure does not.
    if (found === 'silence') return refuse('name-server-failure', 0);
    if (found === 'failure') failed = true;
    else if (found.length > 0) return ok(found);
  }
  return refuse(failed ? 'name-server-failure' : 'name-not-found', 0);
}

/** How often each server is asked (resolv.conf's attempts). */
const ATTEMPTS = 2;

function* askServers(name: string, servers: readonly string[], query: Query): Coroutine<DnsAnswer | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++)
    for (const server of servers) {
      const answer = yield* query(name, 'A', server);
      if (answer.code !== 'timeout' && answer.code !== 'unreachable') return answer;
    }
  return undefined;
}

function* lookup(
  name: string,
  servers: readonly string[],
  query: Query,
): Coroutine<readonly string[] | 'failure' | 'silence'> {
  let current = name;
  for (let i = 0; i < MAX_ALIASES; i++) {
    const answer = yield* askServers(current, servers, query);
    if (!answer) return 'silence';
    if (answer.code === 'SERVFAIL' || answer.code === 'REFUSED') return 'failure';
    const addresses = answer.records.filter((record) => record.type === 'A').map((record) => record.data);
    if (addresses.length > 0) return addresses;
    const alias = answer.records.find((record) => record.type === 'CNAME');
    if (!alias) return [];
    current = alias.data.replace(/\.$/, '');
  }
  return [];
}
