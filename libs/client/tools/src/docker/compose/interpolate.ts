import { DockerFailure } from '../docker-failure.js';

const VARIABLE = /\$(?:\$|\{([a-zA-Z_]\w*)(?:(:?[-?+])([^{}]*))?\}|([a-zA-Z_]\w*)|)/g;

/**
 * `$NAME`, `${NAME:-default}`, `${NAME?error}` in a Compose file; names without value are told to `onUnset`. `at` is the
 * text's place, as errors name it (template.Substitute of compose-go v2.9).
 */
export function interpolate(
  text: string,
  env: ReadonlyMap<string, string>,
  at: string,
  onUnset: (name: string) => void,
): string {
  return text.replace(
    VARIABLE,
    (
      all: string,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
      plain: string | undefined,
    ) => {
      if (all === '$$') return '$';
      if (all === '$')
        throw new DockerFailure(
          `invalid interpolation format for ${at}.\nYou may need to escape any $ with another $.\n${text}`,
        );
      const name = braced ?? plain ?? '';
      const value = env.get(name);
      const missing = value === undefined || (operator?.startsWith(':') === true && value === '');
      const kind = operator?.at(-1);
      if (kind === '+') return missing ? '' : (word ?? '');
      if (!missing) return value;
      if (kind === '-') return word ?? '';
      if (kind === '?')
        throw new DockerFailure(
          `error while interpolating ${at}: required variable ${name} is missing a value: ${word ?? ''}`,
        );
      onUnset(name);
      return '';
    },
  );
}

/** A `.env` file: `NAME=value`, comments, quotes. */
export function parseEnvFile(text: string): Map<string, string> {
  const env = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*(?:export\s+)?([\w.]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (!found) continue;
    const [, name, raw] = found;
    const quoted = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'/.exec(raw);
    env.set(name, quoted ? (quoted[1] ?? quoted[2]) : raw.replace(/\s+#.*$/, ''));
  }
  return env;
}
