/** OpenSSL's arguments: options with one dash and whole words; what takes a value is said by the subcommand. */
export interface OpensslOptions {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
  /** The first word that is no option of the subcommand. */
  readonly unknown?: string;
}

export function opensslOptions(
  args: readonly string[],
  withValue: readonly string[],
  withoutValue: readonly string[],
): OpensslOptions {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    const name = word.replace(/^--?/, '');
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else if (withValue.includes(name)) values.set(name, args.at(++i) ?? '');
    else if (withoutValue.includes(name)) flags.add(name);
    else return { flags, values, operands, unknown: name };
  }
  return { flags, values, operands };
}
