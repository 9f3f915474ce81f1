import { inRange, parseCidr } from '../address.js';

/** Top-level domains under which lessons ask for the web's own names; two labels are enough for a name of it. */
const DOMAINS = new Set(
  (
    'com net org edu gov mil int info biz io co me tv ai sh to ly fm so gg ' +
    'ar at au be bo br ca ch cl cn cz de dk ec ee es eu fi fr gr hu ie in it jp kr mx nl no nz pe pl pt py ro ru se uk us uy ve za'
  ).split(' '),
);
/** Those that are names of namespaces, too (`web.dev`): only what has three labels is taken for the web's. */
const AMBIGUOUS_DOMAINS = new Set(['app', 'cloud', 'dev', 'live', 'page', 'run', 'site', 'tech', 'tools', 'zone']);
/** Second-level names that documentation uses because nobody has them (RFC 2606). */
const RESERVED = /(?:^|\.)example\.(?:com|net|org)$/;
const LABEL = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;

/** Whether a name (lower case, without the last dot) may be one of the Internet's. */
export function mayBePublicName(name: string): boolean {
  const labels = name.split('.');
  const domain = labels[labels.length - 1];
  if (labels.length < 2 || RESERVED.test(name)) return false;
  if (!DOMAINS.has(domain) && !(labels.length > 2 && AMBIGUOUS_DOMAINS.has(domain))) return false;
  return labels.every((label) => LABEL.test(label));
}

/** Addresses that are nobody's on the Internet (RFC 6890 and multicast). */
const SPECIAL = (
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 ' +
  '198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3'
)
  .split(' ')
  .map(parseCidr);

/** Whether somebody on the Internet may have an address. */
export const isPublicAddress = (address: number): boolean => !SPECIAL.some((range) => inRange(range, address));
