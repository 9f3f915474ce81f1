import { expect, it } from 'vitest';
import { distributionFiles } from './os-release.js';

const DPKG = ['apt', 'dpkg'];

it.each([
  ['ubuntu', '22.04', DPKG, 'PRETTY_NAME="Ubuntu 22.04.5 LTS"'],
  ['ubuntu', 'latest', DPKG, 'PRETTY_NAME="Ubuntu 24.04.3 LTS"'],
  ['debian', '11-slim', DPKG, 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"'],
  ['debian', 'latest', DPKG, 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"'],
  ['nginx', '1.25', DPKG, 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"'],
  ['python', '3.12-slim-bullseye', DPKG, 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"'],
  ['nginx', '1.25-alpine', ['apk'], 'PRETTY_NAME="Alpine Linux v3.22"'],
  ['redis', '7-alpine3.19', ['apk'], 'VERSION_ID=3.19.9'],
  ['alpine', '3.18', ['apk'], 'VERSION_ID=3.18.12'],
  ['alpine', '3.18.2', ['apk'], 'VERSION_ID=3.18.2'],
])('%s:%s', (name, tag, commands, line) => {
  expect(distributionFiles(name, tag, commands)?.['/etc/os-release']?.split('\n')).toContain(line);
});

it('leaves what it does not know', () => {
  expect(distributionFiles('mysql', '8.0', ['microdnf'])).toBeUndefined();
  expect(distributionFiles('ubuntu', '25.04', DPKG)).toBeUndefined();
});
