import { CONFIG_MAPS, type ApiClient } from '@seatrial/apiserver';
import { invariant, type Result } from '@seatrial/kernel';

/** What is installed in an empty cluster is never refused. */
export function expectCreated(result: Result<unknown, { readonly message: string }>): void {
  invariant(result.ok, `bootstrap: ${result.ok ? '' : result.error.message}`);
}

/** Makes ConfigMaps in kube-system, each with its data. */
export function createSystemConfigMaps(
  client: ApiClient,
  maps: Readonly<Record<string, Readonly<Record<string, string>>>>,
): void {
  for (const [name, data] of Object.entries(maps))
    expectCreated(client.create(CONFIG_MAPS, { metadata: { name, namespace: 'kube-system' }, data }));
}
