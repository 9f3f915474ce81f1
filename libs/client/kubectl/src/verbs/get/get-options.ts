import { failWith } from '../../command/failure.js';
import { boolFlag, intFlag, stringFlag, stringSliceFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { outputFormat, PRINT_FLAGS } from '../../printers/object-printer.js';

/** -f, -R and -k of a command. */
export const FILENAME_FLAG: FlagDefinition = stringSliceFlag(
  'filename',
  'Filename, directory, or URL to files identifying the resource.',
  { shorthand: 'f' },
);

export const FILENAME_FLAGS: readonly FlagDefinition[] = [
  FILENAME_FLAG,
  stringFlag('kustomize', 'Process a kustomization directory.', { shorthand: 'k' }),
  boolFlag('recursive', 'Process the directory used in -f, --filename recursively.', { shorthand: 'R' }),
];

/** The files of commands that look into directories as they come (genericclioptions.ResourceBuilderFlags). */
export const DEEP_FILENAME_FLAGS: readonly FlagDefinition[] = [
  FILENAME_FLAG,
  boolFlag('recursive', 'Process the directory used in -f, --filename recursively.', {
    shorthand: 'R',
    default: 'true',
  }),
];

/** --selector, shared by many commands. */
export const SELECTOR_FLAG: FlagDefinition = stringFlag('selector', 'Selector (label query) to filter on.', {
  shorthand: 'l',
});

export const GET_FLAGS: readonly FlagDefinition[] = [
  ...FILENAME_FLAGS,
  ...PRINT_FLAGS,
  SELECTOR_FLAG,
  boolFlag('all-namespaces', 'List the requested object(s) across all namespaces.', { shorthand: 'A' }),
  intFlag('chunk-size', 'Return large lists in chunks rather than all at once.', { default: '500' }),
  stringFlag('field-selector', 'Selector (field query) to filter on.'),
  boolFlag('ignore-not-found', 'Suppress not found errors for specific objects.'),
  stringSliceFlag('label-columns', 'Labels that are going to be presented as columns.', { shorthand: 'L' }),
  boolFlag('no-headers', 'Do not print headers.'),
  boolFlag('output-watch-events', 'Output watch event objects when --watch or --watch-only is used.'),
  stringFlag('raw', 'Raw URI to request from the server.'),
  boolFlag('server-print', 'Have the server return the appropriate table output.', { default: 'true' }),
  boolFlag('show-kind', 'List the resource type for the requested object(s).'),
  boolFlag('show-labels', 'Show all labels as the last column.'),
  stringFlag('sort-by', 'Sort list types using this field specification.'),
  stringFlag('subresource', 'Fetch this subresource of the object.'),
  boolFlag('watch', 'After listing/getting the requested object, watch for changes.', { shorthand: 'w' }),
  boolFlag('watch-only', 'Watch for changes to the requested object(s), without listing first.'),
];

export const GET_FORMATS: readonly string[] = ['custom-columns', 'custom-columns-file', 'wide'];

/** What `kubectl get`'s flags ask for. */
export interface GetOptions {
  readonly format: string;
  /** The output is a table for people: server-side columns. */
  readonly human: boolean;
  readonly wide: boolean;
  readonly allNamespaces: boolean;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly sortBy: string;
  /** The server makes the table. */
  readonly serverPrint: boolean;
  readonly ignoreNotFound: boolean;
  readonly noHeaders: boolean;
  readonly subresource: string;
  readonly watch: boolean;
  readonly watchOnly: boolean;
}

export function getOptions(k: Invocation): GetOptions {
  const { flags } = k;
  const format = outputFormat(k);
  const wide = format === 'wide';
  const options: GetOptions = {
    format,
    human: format === '' || wide,
    wide,
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    sortBy: flags.string('sort-by'),
    serverPrint: flags.bool('server-print'),
    ignoreNotFound: flags.bool('ignore-not-found'),
    noHeaders: flags.bool('no-headers'),
    subresource: flags.string('subresource'),
    watch: flags.bool('watch') || flags.bool('watch-only'),
    watchOnly: flags.bool('watch-only'),
  };
  const shows = flags.bool('show-labels') || flags.list('label-columns').length > 0;
  if (flags.bool('show-labels') && format !== '' && format !== 'wide')
    failWith(`--show-labels option cannot be used with ${format} printer`);
  if (shows && format === 'name') failWith('--show-labels option cannot be used with name printer');
  if (flags.bool('output-watch-events') && !options.watch)
    failWith('--output-watch-events option can only be used with --watch or --watch-only');
  return options;
}
