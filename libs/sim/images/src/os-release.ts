const DEBIAN: Readonly<Record<string, string>> = {
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
};
/** What official images that name no release of Debian are built on. */
const DEBIAN_DEFAULT = 'bookworm';
const DEBIAN_LATEST = 'trixie';

type Ubuntu = readonly [version: string, name: string, codename: string];
const UBUNTU: readonly Ubuntu[] = [
  ['20.04.6', 'Focal Fossa', 'focal'],
  ['22.04.5', 'Jammy Jellyfish', 'jammy'],
  ['24.04.3', 'Noble Numbat', 'noble'],
];
/** Last patches of Alpine's 3.12 to 3.22, as of late 2025. */
const ALPINE_FIRST = 12;
const ALPINE_PATCHES = [12, 12, 10, 11, 9, 10, 12, 9, 8, 5, 2];

function debian(tag: string): Record<string, string> | undefined {
  const named = Object.keys(DEBIAN).find(
    (codename) => tag.includes(codename) || tag.split(/[.-]/)[0] === DEBIAN[codename],
  );
  return named === undefined ? undefined : debianFiles(named);
}

function debianFiles(codename: string): Record<string, string> {
  const number = DEBIAN[codename] ?? '';
  return {
    '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux ${number} (${codename})"
NAME="Debian GNU/Linux"
VERSION_ID="${number}"
VERSION="${number} (${codename})"
VERSION_CODENAME=${codename}
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
  };
}

function ubuntu(tag: string): Record<string, string> | undefined {
  const [version, name, codename] =
    UBUNTU.find(([number, , word]) => tag.startsWith(number.slice(0, 5)) || tag.startsWith(word)) ??
    (tag === 'latest' || tag === 'rolling' ? UBUNTU[UBUNTU.length - 1] : undefined) ??
    [];
  if (version === undefined || name === undefined || codename === undefined) return undefined;
  return {
    '/etc/os-release': `PRETTY_NAME="Ubuntu ${version} LTS"
NAME="Ubuntu"
VERSION_ID="${version.slice(0, 5)}"
VERSION="${version} LTS (${name})"
VERSION_CODENAME=${codename}
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=${codename}
${codename === 'noble' ? 'LOGO=ubuntu-logo\n' : ''}`,
  };
}

function alpine(tag: string): Record<string, string> | undefined {
  const [, minor, patch] = /(?:^|alpine-?)3\.(\d+)(?:\.(\d+))?/.exec(tag) ?? [];
  const line = minor === undefined ? ALPINE_FIRST + ALPINE_PATCHES.length - 1 : Number(minor);
  const last = ALPINE_PATCHES[line - ALPINE_FIRST];
  if (patch === undefined && last === undefined) return undefined;
  const version = `3.${String(line)}.${patch ?? String(last)}`;
  return {
    '/etc/os-release': `NAME="Alpine Linux"
ID=alpine
VERSION_ID=${version}
PRETTY_NAME="Alpine Linux v3.${String(line)}"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
`,
    '/etc/alpine-release': `${version}\n`,
  };
}

/**
 * What a published image says of the distribution it is built on, by its name, its tag and the commands it has: files by
 * their paths; undefined where that is not known.
 */
export function distributionFiles(
  name: string,
  tag: string,
  commands: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (name === 'ubuntu') return ubuntu(tag);
  if (name === 'debian')
    return debian(tag) ?? (/^(?:latest|stable)/.test(tag) ? debianFiles(DEBIAN_LATEST) : undefined);
  if (name === 'alpine') return alpine(tag);
  if (commands.includes('apk')) return alpine(/alpine3\.\d+/.exec(tag)?.[0] ?? '');
  if (!commands.includes('dpkg')) return undefined;
  const codename = Object.keys(DEBIAN).find((word) => tag.includes(word));
  return debianFiles(codename ?? DEBIAN_DEFAULT);
}
