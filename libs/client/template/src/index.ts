export { goQuote, goQuoteAscii, goQuoteRune } from '@seatrial/kernel';
export { goUnescape } from './go-format/go-unquote.js';
export { goSyntax, goTypeName } from './go-format/go-value.js';
export { goSprint } from './go-template/builtins.js';
export { type MissingKey } from './go-template/pipeline-evaluator.js';
export { GoTemplate, TemplateSet, templateResult, type TemplateOptions } from './go-template/go-template.js';
export { goSprintf } from './go-template/printf.js';
export { TemplateProblem } from './go-template/template-problem.js';
export {
  FunctionFailure,
  TemplateStruct,
  formatValue,
  isTrue,
  templateFunction,
  typeName,
  type FunctionTable,
  type ParameterType,
  type TemplateFunction,
  type TemplateValue,
} from './go-template/value.js';
export { JsonPath, printValues, relaxedJsonPath, type JsonPathOptions } from './jsonpath/jsonpath.js';
export { type Charge } from './step-budget.js';
