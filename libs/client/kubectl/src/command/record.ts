import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { requestFor } from '../client/api-connection.js';
import { stringMapAt, type ResourceInfo } from '../resource/resource-info.js';
import { withAnnotation } from '../resource/write-object.js';
import type { FlagDefinition } from './flag.js';
import type { Invocation } from './invocation.js';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** genericclioptions.RecordFlags: deprecated, and still much typed. */
export const RECORD_FLAG: FlagDefinition = {
  name: 'record',
  type: 'bool',
  default: 'false',
  deprecated: '--record will be removed in the future',
  usage: 'Record current kubectl command in the resource annotation.',
};

/** The command line as --record notes it: words first, then flags as they came; undefined without --record. */
function changeCause({ path, flags }: Invocation): string | undefined {
  if (!flags.bool('record')) return undefined;
  const words = [path, ...flags.args].join(' ');
  return words + flags.typed.map(([name, value]) => ` --${name}=${value}`).join('');
}

/** The object with the command in its annotation, where --record asks for it (RecordFlags.ToRecorder). */
export function recorded(k: Invocation, object: JsonObject): JsonObject {
  const cause = changeCause(k);
  return cause === undefined ? object : withAnnotation(object, CHANGE_CAUSE, cause);
}

/** Notes the command in an object that was changed in another way (MakeRecordMergePatch). */
export function* recordAfterwards(k: Invocation, info: ResourceInfo): Coroutine<void> {
  const cause = changeCause(k);
  if (cause === undefined || stringMapAt(info.object, 'metadata', 'annotations')[CHANGE_CAUSE] === cause) return;
  const api = yield* k.api();
  yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'merge',
    body: { metadata: { annotations: { [CHANGE_CAUSE]: cause } } },
    options: { fieldManager: 'kubectl' },
  });
}
