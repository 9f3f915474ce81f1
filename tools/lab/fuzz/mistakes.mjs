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

const EXTRA =
  'foo|--foo|-x|-o|-n|--namespace|web|-o yaml|--dry-run|--all|-A|-f|--v=1|-it|--kubeconfig=nope|--context=ghost|' +
  '--request-timeout=x|--user=ghost|-n=|--output=foo|--token|-h | head -3|--server';

const misspelt = (r, word) => {
  const letter = r.int(0, Math.max(0, word.length - 1));
  const [before, here, after] = [word.slice(0, letter), word.charAt(letter), word.slice(letter + 1)];
  return r.pick([before + after, before + here + here + after, `${word}s`]);
};
const misspeltFlag = (r, name) =>
  r.pick([name.slice(0, -1), `${name}s`, name.slice(1), name.replace('--', '—'), name.replace('-', '- ')]);

/** Slips at one word: what becomes of the words before and after it. */
const AT_A_WORD = {
  typo: (r, words, at) => words.with(at, misspelt(r, words[at])),
  drop: (r, words, at) => words.toSpliced(at, 1),
  twice: (r, words, at) => words.toSpliced(at, 0, words[at]),
  swap: (r, words, at) => (at > 0 ? words.with(at, words[at - 1]).with(at - 1, words[at]) : words),
  dash: (r, words, at) => words.with(at, words[at].replace(/^--/, '-')),
  extra: (r, words) => [...words, r.pick(EXTRA.split(/(?<!h )\|(?! head)/))],
};

/** Slips at one flag. */
const AT_A_FLAG = {
  flag: (r, name, value) => [misspeltFlag(r, name), ...value].join('='),
  'no value': (r, name) => name,
  value: (r, name) => `${name}=${r.pick(['', 'foo', '-1', 'true', '1.5', '""'])}`,
};
const KINDS = {
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
};

/** The command with one slip; pipelines stay as they are. */
export function slip(r, command) {
  if (/[|;>]/.test(command)) return command;
  const words = split(command);
  const kind = r.weighted(KINDS);
  if (kind === 'unquoted') return command.replace(/'/g, '');
  if (AT_A_WORD[kind])
    return AT_A_WORD[kind](r, words, r.int(Math.min(1, words.length - 1), words.length - 1)).join(' ');
  const flags = words.flatMap((word, index) => (/^--\w/.test(word) ? [index] : []));
  if (AT_A_FLAG[kind] && flags.length > 0) {
    const at = r.pick(flags);
    const [name, ...value] = words[at].split('=');
    return words.with(at, AT_A_FLAG[kind](r, name, value)).join(' ');
  }
  const known = words.findIndex((word) => WORDS_GONE_WRONG[word]);
  return known > 0 ? words.with(known, r.pick(WORDS_GONE_WRONG[words[known]])).join(' ') : command;
}
