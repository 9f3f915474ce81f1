import { singleQuote } from '../evaluation/quote.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';

const alias = defineBuiltin({
  name: 'alias',
  ash: true,
  *run(shell, args) {
    const { aliases } = shell.state;
    const prefix = shell.flavour === 'ash' ? '' : 'alias ';
    const operands = args.filter((arg) => arg !== '-p');
    if (operands.length === 0)
      for (const name of [...aliases.keys()].sort((a, b) => (a < b ? -1 : 1)))
        yield* shell.out(`${prefix}${name}=${singleQuote(aliases.get(name) ?? '')}\n`);
    let status = 0;
    for (const operand of operands) {
      const equals = operand.indexOf('=');
      if (equals > 0) aliases.set(operand.slice(0, equals), operand.slice(equals + 1));
      else if (aliases.has(operand))
        yield* shell.out(`${prefix}${operand}=${singleQuote(aliases.get(operand) ?? '')}\n`);
      else status = yield* complainAs(shell, 'alias', `${operand}: not found`);
    }
    return status;
  },
});

const unalias = defineBuiltin({
  name: 'unalias',
  ash: true,
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'a');
    if (options.has('a')) shell.state.aliases.clear();
    let status = 0;
    for (const name of operands)
      if (!shell.state.aliases.delete(name)) status = yield* complainAs(shell, 'unalias', `${name}: not found`);
    return status;
  },
});

export const ALIAS_BUILTINS: readonly Builtin[] = [alias, unalias];
