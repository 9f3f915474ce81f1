import type { Status } from '@seatrial/apiserver';
import { goQuote } from '@seatrial/schema';

/**
 * Ends the command as cmdutil.CheckErr does with os.Exit: thrown by a verb, caught once where the program starts.
 * Nothing else throws for what a user did wrong. `errors` that belong together print one a line.
 */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly errors: readonly CommandError[],
    readonly exitCode = 1,
  ) {
    super('command failed');
  }
}

/** One error of a command: a text of kubectl's own, the server's Status, or an error of the connection. */
export type CommandError =
  | {
      readonly type: 'text';
      readonly text: string;
      /** Printed as it is, without `error: `. */ readonly bare?: boolean;
      /** Not an aggregate: keeps `error: ` where those lose it. */ readonly plain?: boolean;
    }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'configuration'; readonly text: string }
  | {
      readonly type: 'connection';
      readonly text: string;
      /** What went wrong, as Go's net package says it, and the server's URL. */
      readonly cause?: string;
      readonly server?: string;
    };

export const textError = (text: string): CommandError => ({ type: 'text', text });
export const statusError = (status: Status): CommandError => ({ type: 'status', status });

/** An error among those of several objects: one that is not the server's prints without `error: `. */
export const inAggregate = (error: CommandError, of: number): CommandError =>
  error.type === 'text' && of > 1 ? { ...error, bare: true } : error;

/** Whether the server did not find what was asked for. */
export const isNotFound = (error: CommandError): boolean =>
  error.type === 'status' && error.status.reason === 'NotFound';

/** Ends the command with a text (`error: ` is put in front) and exit status 1. */
export function failWith(text: string, exitCode = 1): never {
  throw new CommandFailure([textError(text)], exitCode);
}

/** Ends the command with kubectl's usage error for `commandPath`. */
export function failUsage(commandPath: string, text: string): never {
  failWith(`${text}\nSee '${commandPath} -h' for help and examples`);
}

/** Ends the command with exit status and nothing printed (cmdutil.ErrExit). */
export function exitWith(exitCode: number): never {
  throw new CommandFailure([], exitCode);
}

/** Runs a piece of a command and takes its failure as a value, for verbs that go on after an error. */
export function* attempt<T, Y, N>(
  piece: Generator<Y, T, N>,
): Generator<Y, { value: T } | { failure: CommandFailure }, N> {
  try {
    return { value: yield* piece };
  } catch (error) {
    if (error instanceof CommandFailure) return { failure: error };
    throw error;
  }
}

/** The same for a piece that does not wait. */
export function attemptNow<T>(piece: () => T): { value: T } | { failure: CommandFailure } {
  try {
    return { value: piece() };
  } catch (error) {
    if (error instanceof CommandFailure) return { failure: error };
    throw error;
  }
}

/** `StandardErrorMessage`, else the plain text. */
export function errorText(error: CommandError): { readonly text: string; readonly standard: boolean } {
  if (error.type === 'status') {
    const { reason, message } = error.status;
    if (reason === 'Unauthorized')
      return { text: `error: You must be logged in to the server (${message})`, standard: true };
    return { text: `Error from server${!reason ? '' : ` (${reason})`}: ${message}`, standard: true };
  }
  return { text: error.text, standard: error.type !== 'text' };
}

/** The plain message of an error, as `%v` prints it. */
export function plainMessage(error: CommandError): string {
  return error.type === 'status' ? error.status.message : error.text;
}

/** Several messages as one (utilerrors.Aggregate). */
export function aggregated(texts: readonly string[]): string {
  const [first, ...others] = new Set(texts);
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
}

/** Errors as the one that they are among others. */
export const asOne = (errors: readonly CommandError[]): readonly CommandError[] =>
  errors.length === 0 ? [] : [textError(aggregated(errors.map(plainMessage)))];

/**
 * What went wrong with the objects of files, then what kept others from being read: beside the former the latter is
 * one error (cli-runtime's ContinueOnErrorVisitor).
 */
export const visitErrors = (
  ofObjects: readonly CommandError[],
  ofFiles: readonly CommandError[],
): readonly CommandError[] => (ofObjects.length === 0 ? ofFiles : [...ofObjects, ...asOne(ofFiles)]);

/** cmdutil.AddSourceToErr: says at what step and with which file an error came. */
export function withSource(error: CommandError, verb: string, source: string): CommandError {
  if (source === '') return error;
  const text = `error when ${verb} ${goQuote(source)}: ${plainMessage(error)}`;
  return error.type === 'status' ? { type: 'status', status: { ...error.status, message: text } } : textError(text);
}

function invalidText(status: Status): string {
  const { details } = status;
  let head = 'The request is invalid';
  if (!details) return `${head}\n`;
  if (details.kind || details.name) head = `The ${details.kind ?? ''} ${goQuote(details.name ?? '')} is invalid`;
  else if (status.message !== '' && !details.causes?.length) head = `${head}: ${status.message}`;
  const causes = [...new Set((details.causes ?? []).map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))];
  if (causes.length === 0) return `${head}\n`;
  return causes.length === 1
    ? `${head}: ${causes[0]}\n`
    : `${head}: \n${causes.map((cause) => `* ${cause}\n`).join('')}`;
}

/** What checkErr prints on stderr (k8s.io/kubectl/pkg/cmd/util), v1.35. */
export function failureText(failure: CommandFailure): string {
  const { errors } = failure;
  if (errors.length === 0) return '';
  if (errors.length > 1) return errors.map((error) => `${errorText(error).text}\n`).join('');
  const [error] = errors;
  if (error.type === 'status' && error.status.reason === 'Invalid') return invalidText(error.status);
  if (error.type === 'configuration') return `Error in configuration: ${error.text}\n`;
  const { text, standard } = errorText(error);
  const bare = standard || (error.type === 'text' && error.bare) || text.startsWith('error: ');
  return `${bare ? text : `error: ${text}`}${text.endsWith('\n') ? '' : '\n'}`;
}
