/** Debian 12's packages behind the commands that a node has. */
export const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  bash: '5.2.15-2+b9',
  coreutils: '9.1-1',
  curl: '7.88.1-10+deb12u14',
  gawk: '1:5.2.1-2',
  git: '1:2.39.5-0+deb12u2',
  grep: '3.8-5',
  jq: '1.6-2.1+deb12u1',
  'openssh-client': '1:9.2p1-2+deb12u7',
  'redis-tools': '5:7.0.15-1~deb12u5',
  sed: '4.9-1',
  sudo: '1.9.13p3-1+deb12u2',
  systemd: '252.39-1~deb12u1',
  tar: '1.34+dfsg-1.2+deb12u1',
  wget: '1.21.3-1+deb12u1',
};
