export { goFloat, goFloat32 } from './go-format/go-number.js';
export { goQuote, goQuoteAscii, goQuoteRune } from './go-format/go-quote.js';
export { goUnescape } from './go-format/go-unquote.js';
export { goPlain, goSyntax, goTypeName, type GoNumbers } from './go-format/go-value.js';
export { JsonPath, printValues, relaxedJsonPath, type JsonPathOptions } from './jsonpath/jsonpath.js';
export { type Charge } from './step-budget.js';
