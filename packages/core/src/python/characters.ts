// The bytes that mean something in string literals, and what the letters before a literal say.

export const NEWLINE = 10;
export const DOUBLE_QUOTE = 34;
export const SINGLE_QUOTE = 39;
export const OPEN_PAREN = 40;
export const CLOSE_PAREN = 41;
export const COMMA = 44;
export const COLON = 58;
export const EQUALS = 61;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const LOWER_N = 110;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

/** What the letters before a literal say. */
export const RAW = 1;
export const FORMAT = 2;
export const TEMPLATE = 4;
