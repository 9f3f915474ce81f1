export { SERVICE_CIDRS, type ServiceCidr } from './allocation/service-addresses.js';
export { uncoveredRules, type PolicyRule } from './authorization/policy-rule.js';
export { BOOTSTRAP_TOKEN_TYPE, bootstrapData, bootstrapExpiration } from './authorization/bootstrap-token.js';
export {
  CLUSTER_CA_NAME,
  formatPem,
  nameParts,
  parsePem,
  parsePemBlocks,
  type PemText,
} from './certificate/pem-text.js';
export { keyPairProblem, publicKeyOf, publicKeyOfSecret } from './certificate/key-pair.js';
export {
  AGGREGATED_API,
  API_SERVER,
  type AggregatedApi,
  type Aggregation,
  type ApiServer,
  type ApiServerOptions,
  type Credentials,
  type ServedResource,
} from './contract/api-server.js';
export { type AtRest, type AtRestForm } from './contract/at-rest.js';
export { type ApiClient, type Draft } from './contract/client.js';
export {
  defineController,
  watch,
  type ControllerContext,
  type ControllerDefinition,
  type ControllerSource,
  type ReconcileResult,
} from './contract/controller.js';
export { type EventRecorder, type EventTarget } from './contract/event-recorder.js';
export {
  defineKind,
  type DraftObject,
  type KindContext,
  type KindDefinition,
  type TableColumn,
} from './contract/kind.js';
export { type KubeletEndpoint, type PodExecOptions, type PodLogOptions } from './contract/kubelet-endpoint.js';
export * from './contract/object.js';
export {
  type ApiRequest,
  type ApiResponse,
  type PatchType,
  type RequestOptions,
  type UserInfo,
  type Watch,
  type WatchEvent,
  type WatchRequest,
} from './contract/request.js';
export * from './contract/resource.js';
export { type Status, type StatusCause, type StatusReason } from './contract/status.js';
export { type HistoryEntry, type ObjectReader, type StoreIndex } from './contract/store.js';
export { type WebhookCall, type WebhookReply, type WebhookTransport } from './contract/webhook.js';
export { GO_BAD_REQUEST, GO_NOT_FOUND } from './http/go-http-answers.js';
export { handleHttp, httpWatch, proxiedRequest } from './http/http-edge.js';
export type { ProxiedRequest, ProxyLocation, ProxyRequest } from './contract/proxy.js';
export { createApiServer } from './api-server.js';
export { startControllers, type RunningControllers } from './controller/start-controllers.js';
export {
  containerAmounts,
  hasPodLevelResources,
  isPodLevelResource,
  podAmounts,
  requestsNothing,
  type PodResources,
  type ResourceAmounts,
} from './quota/pod-resources.js';
export { quotaUsed } from './quota/quota-usage.js';
export { jsonSyntaxError } from './request/json-syntax-error.js';
export { invalid as invalidStatus } from './status/status-errors.js';
