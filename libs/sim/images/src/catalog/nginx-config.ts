import { compareStrings, fail, ok, type FileSystem, type Result } from '@seatrial/kernel';
import type { NginxContext } from './nginx-directives.js';
import { emergency, type NginxComplaint } from './nginx-log.js';
import { parseNginxBlocks, type NginxBlock } from './nginx-syntax.js';

/** A directive: its name and arguments. */
export type NginxDirective = readonly string[];

export interface NginxLocation {
  readonly match: '' | '=';
  readonly path: string;
  readonly directives: readonly NginxDirective[];
}

export interface NginxServer {
  readonly ports: readonly number[];
  readonly names: readonly string[];
  readonly locations: readonly NginxLocation[];
  readonly directives: readonly NginxDirective[];
  readonly accessLog: boolean;
}

/** A host that requests are passed on to, and where it is named. */
export interface NginxPeer {
  readonly host: string;
  readonly port: number;
  readonly place: string;
  /** How many requests it gets beside the others of its group. */
  readonly weight: number;
}

/** All that was read: the servers, the groups of upstreams by name, and every host that is passed on to. */
export interface NginxConfig {
  readonly servers: readonly NginxServer[];
  readonly upstreams: ReadonlyMap<string, readonly NginxPeer[]>;
  readonly peers: readonly NginxPeer[];
}

const CONFIG = '/etc/nginx/nginx.conf';
const INCLUDED = '/etc/nginx/conf.d';
function toServer(block: NginxBlock): NginxServer {
  const directives = (block.children ?? []).filter((child) => !child.children).map((child) => child.words);
  const locations = (block.children ?? [])
    .filter((child) => child.words[0] === 'location')
    .map((child): NginxLocation => {
      const exact = child.words[1] === '=';
      const path = child.words[child.words.length - 1];
      return {
        match: exact ? '=' : '',
        path,
        directives: (child.children ?? []).filter((each) => !each.children).map((each) => each.words),
      };
    });
  const listens = directives.filter(([name]) => name === 'listen');
  const ports = listens
    .map(([, address]) => Number(/(\d+)$/.exec(address ?? '')?.[1] ?? '80'))
    .filter((port) => port > 0);
  return {
    ports: ports.length > 0 ? [...new Set(ports)] : [80],
    names: directives.filter(([name]) => name === 'server_name').flatMap((words) => words.slice(1)),
    locations,
    directives,
    accessLog: !directives.some(([name, value]) => name === 'access_log' && value === 'off'),
  };
}

/** `host:port`, as upstreams and proxy_pass name it. */
function peerOf(address: string, place: string): NginxPeer | undefined {
  const parts = /^([^:/$]+)(?::(\d+))?$/.exec(address);
  return parts
    ? { host: parts[1], port: Number((parts[2] as string | undefined) ?? '80'), place, weight: 1 }
    : undefined;
}

/** The hosts of `proxy_pass` in a server; those with variables are looked up with each request. */
function passedTo(block: NginxBlock, file: string): NginxPeer[] {
  return (block.children ?? []).flatMap((child) => {
    if (child.children) return passedTo(child, file);
    const host = child.words[0] === 'proxy_pass' ? /^http:\/\/([^/]+)/.exec(child.words[1] ?? '')?.[1] : undefined;
    const peer = host === undefined ? undefined : peerOf(host, `${file}:${child.line}`);
    return peer ? [peer] : [];
  });
}

function upstreamPeers(block: NginxBlock, file: string): NginxPeer[] {
  return (block.children ?? []).flatMap(({ words, line }) => {
    const peer = words[0] === 'server' ? peerOf(words[1] ?? '', `${file}:${line}`) : undefined;
    const weight = words.find((word) => word.startsWith('weight='))?.slice('weight='.length);
    return peer ? [{ ...peer, weight: Number(weight ?? '1') }] : [];
  });
}

const PARSED = new Map<string, Result<NginxConfig, NginxComplaint>>();
const MAX_PARSED = 200;

/** The configuration; equal files are parsed once. */
export function parseNginxConfig(files: FileSystem): Result<NginxConfig, NginxComplaint> {
  const names = files.readDirectory(INCLUDED);
  const paths = [CONFIG, ...(names.ok ? names.value.map((name) => `${INCLUDED}/${name}`) : [])];
  const texts = paths.map((path) => textOf(files, path));
  // The same image's files most of the time: equal without a look at their characters.
  if (last && sameTexts(last.paths, paths) && sameTexts(last.texts, texts)) return last.parsed;
  const key = paths.map((path, i) => `${path}\0${texts[i]}`).join('\0');
  let parsed = PARSED.get(key);
  if (!parsed) {
    if (PARSED.size >= MAX_PARSED) PARSED.clear();
    parsed = parseFiles(files);
    PARSED.set(key, parsed);
  }
  last = { paths, texts, parsed };
  return parsed;
}

let last:
  | {
      readonly paths: readonly string[];
      readonly texts: readonly string[];
      readonly parsed: Result<NginxConfig, NginxComplaint>;
    }
  | undefined;

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i]);

function textOf(files: FileSystem, path: string): string {
  const text = files.readFile(path);
  return text.ok ? text.value : `\0${text.error}`;
}

/** One file's blocks; a directory under a file's name can be opened, but not read (ngx_read_file). */
function blocksOf(files: FileSystem, path: string, context: NginxContext): Result<NginxBlock[], NginxComplaint> {
  const text = files.readFile(path);
  if (!text.ok && text.error === 'EISDIR')
    return fail({ level: 'crit', text: `pread() "${path}" failed (21: Is a directory)` });
  const blocks = parseNginxBlocks(text.ok ? text.value : '', path, context);
  return blocks.ok ? blocks : fail(emergency(blocks.error));
}

/** nginx.conf (when it was replaced) and conf.d. */
function parseFiles(files: FileSystem): Result<NginxConfig, NginxComplaint> {
  const servers: NginxServer[] = [];
  const upstreams = new Map<string, readonly NginxPeer[]>();
  const passed: NginxPeer[] = [];
  const collect = (blocks: readonly NginxBlock[], file: string): NginxComplaint | undefined => {
    for (const block of blocks) {
      const [name] = block.words;
      if (name === 'http') {
        const wrong = collect(block.children ?? [], file);
        if (wrong !== undefined) return wrong;
      } else if (name === 'server') {
        servers.push(toServer(block));
        passed.push(...passedTo(block, file));
      } else if (name === 'upstream') upstreams.set(block.words[1], upstreamPeers(block, file));
      else if (name === 'include' && block.words[1]?.startsWith(INCLUDED)) {
        const wrong = includeAll();
        if (wrong !== undefined) return wrong;
      }
    }
    return undefined;
  };
  const includeAll = (): NginxComplaint | undefined => {
    const names = files.readDirectory(INCLUDED);
    for (const name of names.ok ? names.value.filter((each) => each.endsWith('.conf')).sort(compareStrings) : []) {
      const file = `${INCLUDED}/${name}`;
      const blocks = blocksOf(files, file, 'http');
      if (!blocks.ok) return blocks.error;
      const wrong = collect(blocks.value, file);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
  const blocks = blocksOf(files, CONFIG, 'main');
  if (!blocks.ok) return blocks;
  const wrong = collect(blocks.value, CONFIG);
  if (wrong !== undefined) return fail(wrong);
  if (!blocks.value.some(({ words }) => words[0] === 'events'))
    return fail(emergency('no "events" section in configuration'));
  const peers = [...[...upstreams.values()].flat(), ...passed.filter(({ host }) => !upstreams.has(host))];
  return ok({ servers, upstreams, peers });
}
