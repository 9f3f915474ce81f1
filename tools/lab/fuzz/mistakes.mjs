// Slips of a student's fingers in a command that was right.
const WORDS_GONE_WRONG = {
  deployments: ['deploymnet', 'deployement', 'dep', 'Deployment'],
  pods: ['pdo', 'pood', 'Pods', 'p'],
  service: ['serivce', 'servce'],
  get: ['gte', 'gett', 'list'],
  create: ['crate', 'make'],
  apply: ['aply', 'appy'],
  describe: ['decribe', 'desc', 'describ'],
  delete: ['delte', 'remove', 'del'],
  scale: ['scal', 'scael'],
  rollout: ['rolout', 'rollback'],
  expose: ['expos', 'export'],
};

/** Splits at spaces outside quotes. */
const split = (command) => command.match(/(?:[^\s'"]+|'(?:[^'\\]|\\.|'\\'')*'|"[^"]*")+/g) ?? [command];

/** The command with one slip. */
export function slip(r, command) {
  const words = split(command);
  const at = r.int(1, Math.max(1, words.length - 1));
  const flags = words.map((word, index) => [word, index]).filter(([word]) => /^--\w/.test(word));
  const kind = r.weighted({
    typo: 4,
    drop: 3,
    twice: 2,
    swap: 1,
    flag: 3,
    'no value': 2,
    value: 2,
    extra: 2,
    dash: 1,
    known: 3,
    unquoted: 1,
  });
  const change = (index, word) => words.splice(index, 1, word);
  if (kind === 'typo') {
    const word = words[at] ?? '';
    const letter = r.int(0, Math.max(0, word.length - 1));
    change(
      at,
      r.pick([
        word.slice(0, letter) + word.slice(letter + 1),
        word.slice(0, letter) + (word[letter] ?? '') + word.slice(letter),
        word + 's',
      ]),
    );
  } else if (kind === 'drop') words.splice(at, 1);
  else if (kind === 'twice') words.splice(at, 0, words[at] ?? '');
  else if (kind === 'swap' && words.length > 3)
    [words[at - 1], words[at]] = at > 1 ? [words[at], words[at - 1]] : [words[0], words[1]];
  else if (kind === 'flag' && flags.length > 0) {
    const [flag, index] = r.pick(flags);
    const [name, ...value] = flag.split('=');
    change(
      index,
      [
        r.pick([name.slice(0, -1), `${name}s`, name.slice(1), name.replace('--', '—'), name.replace('-', '- ')]),
        ...value,
      ].join('='),
    );
  } else if (kind === 'no value' && flags.length > 0) {
    const [flag, index] = r.pick(flags);
    change(index, flag.split('=')[0]);
  } else if (kind === 'value' && flags.length > 0) {
    const [flag, index] = r.pick(flags);
    change(index, `${flag.split('=')[0]}=${r.pick(['', 'foo', '-1', 'true', '1.5', '""'])}`);
  } else if (kind === 'extra')
    words.push(
      r.pick([
        'foo',
        '--foo',
        '-x',
        '-o',
        '-n',
        '--namespace',
        'web',
        '-o yaml',
        '--dry-run',
        '--all',
        '-A',
        '-f',
        '--v=1',
        '-it',
        '--kubeconfig=nope',
        '--context=ghost',
        '--request-timeout=x',
        '--user=ghost',
        '-n=',
        '--output=foo',
        '--token',
        '-h | head -3',
        '--server',
      ]),
    );
  else if (kind === 'dash') change(at, (words[at] ?? '').replace(/^--/, '-'));
  else if (kind === 'unquoted') return command.replace(/'/g, '');
  else {
    const known = words.findIndex((word) => WORDS_GONE_WRONG[word]);
    if (known > 0) change(known, r.pick(WORDS_GONE_WRONG[words[known]]));
  }
  return words.join(' ');
}
