import type { KubeObject } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

interface IngressClass extends KubeObject {
  readonly spec?: {
    readonly controller?: string;
    readonly parameters?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

/** IngressClass: controller and parameters, events. */
export const ingressClassDescribe = defineDescriber<IngressClass>({
  group: 'networking.k8s.io',
  kind: 'IngressClass',
  describe: (ingressClass, context) => {
    const w = new DescriptionWriter();
    writeName(w, ingressClass, false);
    writeLabelsAndAnnotations(w, ingressClass);
    w.field('Controller', ingressClass.spec?.controller ?? '');
    const parameters = ingressClass.spec?.parameters;
    if (parameters) {
      w.write(0, 'Parameters:\n');
      if (parameters.apiGroup) w.field('APIGroup', parameters.apiGroup, 1);
      w.field('Kind', parameters.kind, 1);
      w.field('Name', parameters.name, 1);
    }
    writeEventsOf(w, ingressClass, context);
    return w.text();
  },
});
