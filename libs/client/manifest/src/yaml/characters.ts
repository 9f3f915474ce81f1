/*
 * Classes of characters, by code unit, as libyaml tells them apart. 0 stands for the end of the text.
 */
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const NEXT_LINE = 0x85;
export const LINE_SEPARATOR = 0x2028;
export const PARAGRAPH_SEPARATOR = 0x2029;
export const BYTE_ORDER_MARK = 0xfeff;

export const isBlank = (code: number): boolean => code === SPACE || code === TAB;

export const isBreak = (code: number): boolean =>
  code === LF || code === CR || code === NEXT_LINE || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR;

export const isBreakOrEnd = (code: number): boolean => code === 0 || isBreak(code);

export const isBlankOrEnd = (code: number): boolean => code === SPACE || code === TAB || isBreakOrEnd(code);

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Letters, digits, `_` and `-`. */
export const isAlpha = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45;

export const isHex = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

export const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
