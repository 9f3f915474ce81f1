export { goQuote } from '@seatrial/kernel';
export {
  decodeErrorMessage,
  decodeObject,
  strictErrorMessage,
  unregisteredKind,
  type Decoded,
} from './decode/decode-object.js';
export {
  groupKindName,
  groupResourceName,
  type ApiGroup,
  type ApiGroupVersion,
  type ApiResource,
  type ApiSubresource,
} from './discovery/api-resource.js';
export { builtInGroups } from './discovery/built-in-groups.js';
export { Discovery } from './discovery/discovery.js';
export {
  apiOperations,
  bootstrapObjects,
  tableColumns,
  type ApiOperation,
  type TableColumn,
} from './discovery/table-columns.js';
export { QUANTITY_FORMAT_ERROR, Quantity, type QuantityFormat } from './quantity/quantity.js';
export type { RawSchema, RawValidationRule } from './schema/raw-schema.js';
export { SchemaNode, type SchemaType, type SpecialType } from './schema/schema-node.js';
export {
  SchemaRegistry,
  apiVersionOf,
  componentSchema,
  customResourceSchema,
  gvkKey,
  objectMetaSchema,
  parseApiVersion,
  schemaFor,
  type GroupVersionKind,
  type GroupVersionResource,
} from './schema/schema-registry.js';
export { stringFormat } from './crd/string-formats.js';
export { formatGoDuration, humanDuration, parseGoDuration, shortHumanDuration } from './time/duration.js';
export { formatMicroTime, formatTime, parseGoTime, parseTime } from './time/go-time.js';
export { klogLine } from './time/klog-line.js';
export {
  fieldErrorText,
  fieldErrors,
  fieldErrorsText,
  type FieldError,
  type FieldErrorType,
} from './validation/field-error.js';
export { FieldPath } from './validation/field-path.js';
export { fieldSelectorMatches, parseFieldSelector, type FieldRequirement } from './selector/field-selector.js';
export {
  LabelSelector,
  formatLabelSelector,
  labelSelectorMatches,
  labelSelectorOf,
  matchLabelsSelector,
  parseLabelSelector,
  type LabelSelectorObject,
} from './selector/label-selector.js';
export { newRequirement, type Labels, type Requirement, type SelectorOperator } from './selector/requirement.js';
export * from './validation/formats.js';
export {
  cidrContains,
  formatIp,
  isValidCidr,
  isValidIp,
  parseCidr,
  parseIp,
  parseStrictCidr,
  type Cidr,
  type IpAddress,
} from './validation/ip-address.js';
export { cidrWarnings, ipText, ipWarnings, strictCidrComplaints } from './validation/ip-warnings.js';
export {
  nameComplaints,
  validateAnnotations,
  validateFinalizerName,
  validateFinalizerNames,
  validateLabels,
  validateObjectMeta,
  validateObjectMetaUpdate,
  type NameRule,
} from './validation/object-meta.js';
export { dumpPodTemplate } from './hash/go-dump.js';
export { controllerRevisionHash, encodeSafe, podTemplateHash } from './hash/workload-hash.js';
export { goValue } from './schema/go-structs.js';
export { withGoNulls, withoutGoNulls, withoutGoZeros } from './schema/go-nulls.js';
export { goTypedObject } from './schema/go-typed-object.js';
export { inGoOrder } from './schema/go-order.js';
export { goTypes, type GoField, type GoTypes } from './schema/go-types.js';
export { admissionVariables } from './cel/admission-variables.js';
export { deviceVariables } from './cel/device-variables.js';
export { celToJson } from './cel/cel-json.js';
export { compileCel, type CelFailure, type CelInputs, type CelProgram } from './cel/cel-program.js';
export { BOOL, DYN, STRING, type CelType } from './cel/check/cel-type.js';
export { adaptJson, declareSchema, maxCardinality, type DeclaredType } from './cel/check/declared-type.js';
export { LazyMembers } from './cel/evaluate/cel-maps.js';
export { CelBudget, MATCH_CONDITIONS_COST_BUDGET, RUNTIME_COST_BUDGET } from './cel/evaluate/meter.js';
export type { CelValue } from './cel/evaluate/values.js';
export { parseRequestUrl } from './cel/library/go-url.js';
export { CelAuthorizer, type CelAuthorization, type CelAuthorize } from './cel/library/authorizer.library.js';
export { applySchemaDefaults } from './crd/schema-defaults.js';
export {
  patternProblem,
  validateCustomResource,
  validateCustomResourceStatus,
  validateSchemaValue,
} from './crd/validate-custom.js';
export { compiledRules, evaluateValidationRules, type CompiledRule, type RuleSet } from './crd/validation-rules.js';
export { explainRelease } from './release/explain-release.js';
export { compareReleases, type ReleaseChange } from './release/release-change.js';
