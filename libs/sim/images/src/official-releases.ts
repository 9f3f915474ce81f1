/** Releases of one line: the first and the last of its second numbers, and the most third numbers that one had. */
type Line = readonly [major: number, first: number, last: number, patches?: number];

const MOST_PATCHES = 70;

/** The last patch of each of nginx' releases 1.7 to 1.27; newer ones may have more by now. */
const NGINX_PATCHES = [12, 1, 15, 3, 13, 2, 12, 2, 12, 1, 10, 0, 10, 2, 6, 1, 4, 0, 5, 3, 5];

const NGINX_STABLE = '1.28.0';
const NGINX_MAINLINE = '1.29.3';

/** The release of nginx behind a tag: a line's last patch where the tag names none. */
export function nginxRelease(tag: string): string {
  const [version = '', minor, patch] = /^1(?:\.(\d+))?(?:\.(\d+))?/.exec(tag) ?? [];
  if (patch !== undefined) return version;
  const last = NGINX_PATCHES[Number(minor) - 7] as number | undefined;
  if (last !== undefined) return `1.${minor}.${last}`;
  return tag.startsWith('stable') || minor === '28' ? NGINX_STABLE : NGINX_MAINLINE;
}

const even = (major: number, first: number, last: number): Line[] =>
  Array.from({ length: (last - first) / 2 + 1 }, (_, index) => [major, first + 2 * index, first + 2 * index, 10]);

/** Releases that Docker Hub has of the images that lessons use (as of late 2025): other numbers are taken for mistakes. */
const RELEASES: Readonly<Record<string, readonly Line[]>> = {
  alpine: [
    [2, 6, 7, 0],
    [3, 1, 22, 12],
  ],
  busybox: [[1, 21, 37, 4]],
  debian: [
    [7, 0, 11],
    [8, 0, 11],
    [9, 0, 13],
    [10, 0, 13],
    [11, 0, 11],
    [12, 0, 12],
    [13, 0, 2],
  ],
  'hello-world': [],
  httpd: [
    [2, 2, 2],
    [2, 4, 4],
  ],
  memcached: [[1, 4, 6, 40]],
  mongo: [
    [3, 0, 6, 23],
    [4, 0, 4, 30],
    [5, 0, 0, 32],
    [6, 0, 0, 27],
    [7, 0, 0, 26],
    [8, 0, 2, 17],
  ],
  mysql: [
    [5, 5, 7],
    [8, 0, 4],
    [9, 0, 5],
  ],
  nginx: [...NGINX_PATCHES.map((patches, index): Line => [1, 7 + index, 7 + index, patches]), [1, 28, 29, 9]],
  node: [
    [4, 0, 9],
    ...[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25].map((major): Line => [
      major,
      0,
      24,
      20,
    ]),
  ],
  perl: even(5, 18, 42),
  postgres: [
    [9, 0, 6],
    [10, 0, 23],
    [11, 0, 22],
    [12, 0, 22],
    [13, 0, 23],
    [14, 0, 20],
    [15, 0, 15],
    [16, 0, 11],
    [17, 0, 7],
    [18, 0, 1],
  ],
  python: [
    [2, 7, 7, 18],
    [3, 2, 14, 25],
  ],
  redis: [
    [2, 6, 8, 24],
    [3, 0, 2, 13],
    [4, 0, 0, 14],
    [5, 0, 0, 14],
    [6, 0, 2, 21],
    [7, 0, 4, 15],
    [8, 0, 4, 9],
  ],
  ubuntu: [14, 16, 18, 20, 22, 24].map((year): Line => [year, 4, 4, 0]),
};

const DISTRIBUTION = '(?:slim-)?(?:wheezy|jessie|stretch|buster|bullseye|bookworm|trixie)(?:-slim)?';
const UBUNTU = 'trusty|xenial|bionic|focal|jammy|noble|oracular|plucky|questing';
const ON_ALPINE = 'alpine(?:3\\.\\d{1,2})?';
const BASES = `slim|${ON_ALPINE}|${DISTRIBUTION}`;

/** What may stand behind a release, or in its place, by image. */
const VARIANTS: Readonly<Record<string, string>> = {
  alpine: 'edge',
  busybox: 'glibc|uclibc|musl|stable(?:-glibc|-uclibc|-musl)?|unstable',
  debian: `stable(?:-slim)?|testing(?:-slim)?|unstable(?:-slim)?|sid(?:-slim)?|oldstable(?:-slim)?|slim|${DISTRIBUTION}`,
  'hello-world': 'linux|nanoserver',
  httpd: BASES,
  memcached: BASES,
  mongo: UBUNTU,
  mysql: 'lts|innovation|debian|oracle|oraclelinux\\d|bookworm',
  nginx: `(?:(?:stable|mainline)-?)?(?:(?:alpine(?:3\\.\\d{1,2})?|bookworm|bullseye|trixie)?(?:-?(?:slim|perl|otel))?)`,
  node: `(?:(?:lts|current|argon|boron|carbon|dubnium|erbium|fermium|gallium|hydrogen|iron|jod|krypton)-?)?(?:${BASES})?`,
  perl: `slim|threaded|slim-threaded|${DISTRIBUTION}`,
  postgres: BASES,
  python: `${BASES}|rc|windowsservercore`,
  redis: BASES,
  ubuntu: `rolling|devel|${UBUNTU}|lunar|mantic`,
};

function isVersionOf(name: string, text: string): boolean {
  const [, major, minor, patch = 0] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text) ?? [];
  if (major === undefined) return false;
  // Ubuntu's months have two digits, and nobody leaves them out.
  if (name === 'ubuntu') return /^(?:14|16|18|20|22|24)\.04$|^2[345]\.(?:04|10)$/.test(text);
  return RELEASES[name].some(([line, first, last, patches = MOST_PATCHES]) => {
    if (line !== Number(major) || Number(patch) > patches) return false;
    return minor === undefined || (Number(minor) >= first && Number(minor) <= last);
  });
}

/** Names of the images whose releases are known here. */
export const isListed = (name: string): boolean => Object.hasOwn(RELEASES, name);

/** Whether Docker Hub has an official image under a tag, as far as its releases are known here ({@link isListed}). */
export function isOfficialRelease(name: string, tag: string): boolean {
  if (!isListed(name)) return false;
  if (tag === 'latest') return true;
  const [, version = '', rest] = /^(\d+(?:\.\d+)*)?(.*)$/s.exec(tag) ?? [];
  if (version !== '' && !isVersionOf(name, version)) return false;
  if (rest === '') return version !== '';
  if (version !== '' && !rest.startsWith('-')) return false;
  return new RegExp(`^(?:${VARIANTS[name]})$`).test(version === '' ? rest : rest.slice(1));
}

/** Whether the numbers of a tag are those of a release; an image whose releases are not listed may have any. */
export function mayBeReleased(name: string, tag: string): boolean {
  const [, letter, version] = /^(v?)(\d+(?:\.\d+)*)/.exec(tag) ?? [];
  return !isListed(name) || version === undefined || (letter === '' && isVersionOf(name, version));
}
