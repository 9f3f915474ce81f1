import type { ConfigMap } from '@seatrial/apiserver';
import { compareStrings, decodeBase64, utf8Length } from '@seatrial/kernel';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** How many bytes a base64 text holds. */
export function decodedLength(base64: string): number {
  const decoded = decodeBase64(base64);
  return 'text' in decoded ? utf8Length(decoded.text) : 0;
}

/** ConfigMap: its data whole, sizes of binary data, events. */
export const configMapDescribe = defineDescriber<ConfigMap>({
  group: '',
  kind: 'ConfigMap',
  describe: (map, context) => {
    const w = new DescriptionWriter();
    writeName(w, map);
    writeLabelsAndAnnotations(w, map);
    w.write(0, '\nData\n====\n');
    for (const key of Object.keys(map.data ?? {}).sort(compareStrings))
      w.write(0, `${key}:\n----\n${map.data?.[key] ?? ''}\n\n`);
    w.write(0, '\nBinaryData\n====\n');
    for (const key of Object.keys(map.binaryData ?? {}).sort(compareStrings))
      w.write(0, `${key}: ${String(decodedLength(map.binaryData?.[key] ?? ''))} bytes\n`);
    w.write(0, '\n');
    writeEventsOf(w, map, context);
    return w.text();
  },
});
