/**
 * Options that the real tools have (coreutils 9.1, grep 3.8, procps 4.0, util-linux 2.38, diffutils 3.8, gzip 1.12, tar 1.34,
 * wget 1.21, as their --help lists them) and the simulated ones have not.
 */
const REAL_OPTIONS: Readonly<Record<string, string>> = {
  chmod: '--changes --no-preserve-root --preserve-root --reference',
  chown: '--changes --quiet --dereference --from --no-preserve-root --preserve-root --reference -H -L -P',
  cksum:
    '-c --check -l --length --tag --untagged -z --zero --ignore-missing --quiet --status --strict -w --warn ' +
    '--debug',
  column: '--table-header-repeat --keep-empty-lines -r --tree -i --tree-id -p --tree-parent',
  comm: '--zero-terminated',
  cp:
    '--attributes-only --backup -b --copy-contents -H --link --dereference --no-dereference --no-preserve ' +
    '--reflink --remove-destination --sparse --strip-trailing-slashes --symbolic-link -S --suffix ' +
    '--one-file-system -Z --context',
  cut: '--zero-terminated',
  date: '--debug --file --resolution',
  df:
    '--all -B --block-size -H --si --inodes -l --local --no-sync --output --sync --total -t --type ' +
    '--print-type -x --exclude-type -v',
  diff:
    '-e --ed -n --rcs --left-column --show-c-function -F --show-function-line --tabsize --suppress-blank-empty ' +
    '-l --paginate --unidirectional-new-file --ignore-file-name-case --no-ignore-file-name-case -X ' +
    '--exclude-from -S --starting-file --from-file --to-file --ignore-tab-expansion --ignore-trailing-space -I ' +
    '--ignore-matching-lines -D --ifdef --line-format --minimal --horizon-lines --speed-large-files --palette ' +
    '-v',
  du:
    '-0 --null --apparent-size -B --block-size -D --dereference-args --files0-from -H --inodes --dereference ' +
    '-l --count-links --no-dereference -S --separate-dirs --si -t --threshold --time --time-style -X ' +
    '--exclude-from --exclude --one-file-system',
  env: '--block-signal --default-signal --ignore-signal --list-signal-handling',
  expand: '--initial',
  fold: '--bytes',
  free:
    '--bytes --kilo --mega --giga --tera --peta --kibi --tebi --pebi --si -l --lohi --total -v --committed -s ' +
    '--seconds -c --count -w --wide',
  grep:
    '--no-ignore-case --label --binary-files --exclude-from --initial-tab --group-separator ' +
    '--no-group-separator --binary',
  gunzip: '-l --list -N --name -r --recursive -S --suffix --synchronous',
  gzip: '-l --list -L --license -N --name -r --recursive --rsyncable -S --suffix --synchronous',
  head: '-z --zero-terminated',
  hostname: '-a --alias -A --all-fqdns -b --boot -F --file --yp --nis',
  id: '-Z --context --zero',
  install: '--backup --strip-program --preserve-context -Z --context',
  join: '-z --zero-terminated',
  less: '-a -A -b -B -c -d -D -f -g -G -I -j -J -k -K -L -m -o -O -p -P -q -s -t -T --tag-file -u -w -W -x -y -z',
  ln:
    '--backup -b -d -F --directory --interactive -L --logical -P --physical -S --suffix -t --target-directory ' +
    '--no-target-directory',
  ls:
    '--author -b --escape --block-size -B --ignore-backups -D --dired -f --file-type --format ' +
    '--dereference-command-line --dereference-command-line-symlink-to-dir --hide --hyperlink --indicator-style ' +
    '-I --ignore --kibibytes --dereference --literal --hide-control-chars --show-control-chars --quoting-style ' +
    '-T --tabsize --width -Z --context --zero',
  md5sum: '-z --zero --ignore-missing --strict',
  mkdir: '-Z --context',
  more: '--silent --logical --no-pause --print-over --clean-print -e --exit-on-eof --squeeze --plain -n --lines',
  mv: '--backup -b --strip-trailing-slashes -S --suffix -Z --context',
  nl:
    '-d --section-delimiter -f --footer-numbering --header-numbering --line-increment -l --join-blank-lines -p ' +
    '--no-renumber',
  numfmt: '--debug -z --zero-terminated',
  od: '--endian -j --skip-bytes --read-bytes -S --strings --output-duplicates --width --traditional -f -i -l -s',
  paste: '--zero-terminated',
  pgrep:
    '-d --delimiter --inverse -w --lightweight --count -g --pgroup -G --group -i --ignore-case --newest ' +
    '--oldest -O --older -P --parent -s --session -t --terminal --euid -U --uid -F --pidfile -L --logpidfile ' +
    '-r --runstates -A --ignore-ancestors --cgroup --ns --nslist',
  pkill:
    '--signal --queue --echo -c --count -g --pgroup -G --group -i --ignore-case --newest --oldest -O --older ' +
    '-P --parent -s --session -t --terminal --euid -U --uid -F --pidfile -L --logpidfile -r --runstates -A ' +
    '--ignore-ancestors --cgroup --ns --nslist',
  readlink: '--quiet --silent --verbose --zero',
  realpath: '--logical --physical --quiet --relative-to --relative-base --zero',
  rm: '--interactive --one-file-system',
  sed: '--follow-symlinks --sandbox',
  sha256sum: '-z --zero --ignore-missing --strict',
  shuf: '--output --random-source --zero-terminated',
  sort:
    '--ignore-nonprinting --random-source --sort --batch-size --compress-program --debug --files0-from ' +
    '--buffer-size --temporary-directory',
  split: '-C --line-bytes -x --hex-suffixes -e --elide-empty-files --filter -t --separator -u --unbuffered',
  stat: '--file-system --cached --terse',
  tac: '--before --regex --separator',
  tail: '--max-unchanged-stats -z --zero-terminated',
  tar: '-A -d -r -u -g -G -n -S -T -X -U -W -O -s -F -L -M -b -B -i -H -a -I -Z -K -N -P -l -R -w',
  tee: '--ignore-interrupts --output-error',
  touch: '-f --no-dereference --time',
  uniq: '--all-repeated --group --zero-terminated',
  watch: '--beep --errexit --chgexit -q --equexit --precise --no-wrap --exec -v',
  wc: '--files0-from',
  wget:
    '-b -a -d --report-speed -i -F -B --config --no-config --rejected-log --retry-connrefused ' +
    '--retry-on-http-error --no-clobber --no-netrc --start-pos --no-if-modified-since ' +
    '--no-use-server-timestamps --dns-timeout --waitretry --random-wait -Q --bind-address --limit-rate ' +
    '--no-dns-cache --restrict-file-names --ignore-case -4 -6 --prefer-family --password --ask-password ' +
    '--use-askpass --no-iri --local-encoding --remote-encoding --unlink --xattr --no-directories -x ' +
    '--no-host-directories --protocol-directories --cut-dirs --http-user --http-password --no-cache ' +
    '--default-page -E --ignore-length --compression --max-redirect --proxy-user --proxy-password --referer ' +
    '--save-headers --no-http-keep-alive --no-cookies --load-cookies --save-cookies --keep-session-cookies ' +
    '--body-file --content-disposition --auth-no-challenge --secure-protocol --https-only --certificate ' +
    '--certificate-type --private-key --private-key-type --ca-certificate --ca-directory --crl-file ' +
    '--pinnedpubkey --ciphers --no-hsts --hsts-file --ftp-user --ftp-password --no-remove-listing --no-glob ' +
    '--no-passive-ftp --preserve-permissions --retr-symlinks --ftps-implicit --ftps-resume-ssl ' +
    '--ftps-clear-data-connection --ftps-fallback-to-ftp --warc-file --warc-header --warc-max-size --warc-cdx ' +
    '--warc-dedup --no-warc-compression --no-warc-digests --no-warc-keep-log --warc-tempdir -l --delete-after ' +
    '-k --convert-file-only --backups -K -m -p --strict-comments -A -R --accept-regex --reject-regex ' +
    '--regex-type -D --exclude-domains --follow-ftp --follow-tags --ignore-tags -H -I --trust-server-names -X ' +
    '--no-parent',
  xargs: '--eof -l -o --open-tty --interactive --process-slot-var --max-chars --show-limits --exit',
  zcat: '-l --list -r --recursive -S --suffix --synchronous',
};
const ALIASES: Readonly<Record<string, string>> = { egrep: 'grep', fgrep: 'grep' };

const sets = new Map<string, ReadonlySet<string>>();

function optionsOf(tool: string): ReadonlySet<string> {
  const name = ALIASES[tool] ?? tool;
  let known = sets.get(name);
  if (!known) sets.set(name, (known = new Set(Object.hasOwn(REAL_OPTIONS, name) ? REAL_OPTIONS[name].split(' ') : [])));
  return known;
}

/** The option of a real tool that getopt's complaint is about; undefined when the real one has none of the name either. */
export function realOption(tool: string, complaint: string): string | undefined {
  const [, long, letter] = /^unrecognized option '(--[^'=]*)'$|^invalid option -- '(.)'$/.exec(complaint) ?? [];
  const given = long ?? (letter === undefined ? undefined : `-${letter}`);
  if (given === undefined) return undefined;
  const known = optionsOf(tool);
  return known.has(given) || (long !== undefined && [...known].some((name) => name.startsWith(given)))
    ? given
    : undefined;
}
