import { packedPages } from '../help-pages.js';
import { kustomizeHelpJson } from '../reference/kustomize-help.gen.js';

const pages = packedPages(kustomizeHelpJson);

/** The page that `kustomize COMMAND --help` prints (5.7.1); undefined where there is no such command. */
export const pageOf = (command: string): string | undefined =>
  Object.hasOwn(pages(), command) ? pages()[command] : undefined;

/** What `--help` of a command that there is prints. */
export const helpOf = (command: string): string => pageOf(command) ?? '';

/** The usage that follows the error of a wrong call. */
export function usageOf(command: string): string {
  const page = helpOf(command);
  return page.slice(page.indexOf('Usage:\n'));
}
