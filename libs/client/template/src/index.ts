export { goFloat, goFloat32 } from './go-format/go-number.js';
export { goQuote, goQuoteAscii, goQuoteRune } from './go-format/go-quote.js';
