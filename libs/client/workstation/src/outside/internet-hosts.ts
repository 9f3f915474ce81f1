import type { HttpRequest, HttpResponse } from '@seatrial/kernel';
import type { ExternalHost } from '@seatrial/network';
import { answer, moved, secured, website } from './website.js';

/** As from a data centre in Europe. */
const DISTANCE = { ms: 8.6, routers: 9 } as const;

function pageOf(name: string): (request: HttpRequest) => HttpResponse {
  return ({ path }) => ({ ...answer(200, ''), unsupported: `the page https://${name}${path}` });
}

/** The web server of a host whose pages are not simulated: it is there, and that is all that is known. */
const unknownSite = (name: string): ExternalHost['services'] => {
  const page = pageOf(name);
  return { 80: website(page), 443: secured(name, page) };
};

const movedToGoogle = (scheme: string) => (): HttpResponse => moved(`${scheme}://www.google.com/`, 'google');

const google: ExternalHost['services'] = {
  80: website(movedToGoogle('http')),
  443: secured('google.com', movedToGoogle('https')),
};

/** Hosts by name, with an address that they have (or had in 2025), and what listens there. */
const HOSTS: readonly (readonly [name: string, address: string, services?: ExternalHost['services']])[] = [
  ['one.one.one.one', '1.1.1.1', unknownSite('one.one.one.one')],
  ['1dot1dot1dot1.cloudflare-dns.com', '1.0.0.1', unknownSite('one.one.one.one')],
  ['dns.google', '8.8.8.8', unknownSite('dns.google')],
  ['dns.google.com', '8.8.4.4', unknownSite('dns.google')],
  ['dns9.quad9.net', '9.9.9.9'],
  ['google.com', '142.250.184.14', google],
  ['www.google.com', '142.250.184.4', unknownSite('www.google.com')],
  ['example.com', '23.192.228.80', unknownSite('example.com')],
  ['www.example.com', '23.192.228.81', unknownSite('www.example.com')],
  ['example.org', '23.215.0.132', unknownSite('example.org')],
  ['example.net', '23.220.75.232', unknownSite('example.net')],
  ['kubernetes.io', '3.33.186.135', unknownSite('kubernetes.io')],
  ['pkgs.k8s.io', '34.107.204.206', unknownSite('pkgs.k8s.io')],
  ['docker.com', '18.155.153.60', unknownSite('docker.com')],
  ['hub.docker.com', '34.226.69.105', unknownSite('hub.docker.com')],
];

/** The hosts of the Internet that lessons try whether they get out: their names resolve, echoes and connections are answered. */
export const INTERNET_HOSTS: readonly ExternalHost[] = HOSTS.map(([name, address, services]) => ({
  name,
  address,
  services,
  distance: DISTANCE,
  partlyKnown: true,
}));
