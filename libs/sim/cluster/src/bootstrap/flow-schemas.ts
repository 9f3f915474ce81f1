import type { ApiServer, KubeObject, ResourceType } from '@seatrial/apiserver';
import { formatTime, goQuote } from '@seatrial/schema';

const GROUP = 'flowcontrol.apiserver.k8s.io';
const FLOW_SCHEMAS: ResourceType<FlowSchema> = {
  group: GROUP,
  version: 'v1',
  resource: 'flowschemas',
  kind: 'FlowSchema',
  namespaced: false,
};
const LEVELS: ResourceType = {
  group: GROUP,
  version: 'v1',
  resource: 'prioritylevelconfigurations',
  kind: 'PriorityLevelConfiguration',
  namespaced: false,
};

interface FlowSchema extends KubeObject {
  readonly spec: { readonly priorityLevelConfiguration: { readonly name: string } };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Says of each flow schema whether its priority level is there (k8s.io/apiserver/pkg/util/flowcontrol apf_controller.go). */
export function watchFlowSchemas(apiServer: ApiServer): void {
  const { store, simulation } = apiServer;
  const client = apiServer.client('api-priority-and-fairness-config-consumer-v1');
  const tell = (schema: FlowSchema): void => {
    const { name } = schema.spec.priorityLevelConfiguration;
    const isDangling = store.get(LEVELS, undefined, name) === undefined;
    const status = isDangling ? 'True' : 'False';
    const known = schema.status?.conditions?.find(({ type }) => type === 'Dangling');
    if (known?.status === status) return;
    const text = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(name)}`;
    const condition = {
      type: 'Dangling',
      status,
      lastTransitionTime: formatTime(simulation.now()),
      reason: isDangling ? 'NotFound' : 'Found',
      message: isDangling ? `${text} but there is no such object` : `${text} and it exists`,
    };
    client.updateStatus(FLOW_SCHEMAS, { ...schema, status: { conditions: [condition] } });
  };
  store.onChange(FLOW_SCHEMAS, ({ type, object }) => {
    if (type !== 'DELETED')
      simulation.after(0, () => {
        const current = store.get(FLOW_SCHEMAS, undefined, object.metadata.name);
        if (current) tell(current);
      });
  });
  store.onChange(LEVELS, () => {
    simulation.after(0, () => {
      for (const schema of store.list(FLOW_SCHEMAS)) tell(schema);
    });
  });
}
