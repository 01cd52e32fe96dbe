// The kinds of token, numbered as in py/lexer.h (MicroPython 1.28): operators follow the order of the binary operations,
// so that a kind turns into an opcode by a subtraction.

export const TOKEN_END = 0;
export const TOKEN_INVALID = 1;
export const TOKEN_DEDENT_MISMATCH = 2;
export const TOKEN_LONELY_STRING_OPEN = 3;
export const TOKEN_MALFORMED_FSTRING = 4;
export const TOKEN_NEWLINE = 5;
export const TOKEN_INDENT = 6;
export const TOKEN_DEDENT = 7;
export const TOKEN_NAME = 8;
export const TOKEN_INTEGER = 9;
export const TOKEN_FLOAT_OR_IMAG = 10;
export const TOKEN_STRING = 11;
export const TOKEN_BYTES = 12;
export const TOKEN_ELLIPSIS = 13;
export const KW_FALSE = 14;
export const KW_NONE = 15;
export const KW_TRUE = 16;
export const KW_DEBUG = 17;
export const KW_AND = 18;
export const KW_AS = 19;
export const KW_ASSERT = 20;
export const KW_ASYNC = 21;
export const KW_AWAIT = 22;
export const KW_BREAK = 23;
export const KW_CLASS = 24;
export const KW_CONTINUE = 25;
export const KW_DEF = 26;
export const KW_DEL = 27;
export const KW_ELIF = 28;
export const KW_ELSE = 29;
export const KW_EXCEPT = 30;
export const KW_FINALLY = 31;
export const KW_FOR = 32;
export const KW_FROM = 33;
export const KW_GLOBAL = 34;
export const KW_IF = 35;
export const KW_IMPORT = 36;
export const KW_IN = 37;
export const KW_IS = 38;
export const KW_LAMBDA = 39;
export const KW_NONLOCAL = 40;
export const KW_NOT = 41;
export const KW_OR = 42;
export const KW_PASS = 43;
export const KW_RAISE = 44;
export const KW_RETURN = 45;
export const KW_TRY = 46;
export const KW_WHILE = 47;
export const KW_WITH = 48;
export const KW_YIELD = 49;
export const OP_ASSIGN = 50;
export const OP_TILDE = 51;
export const OP_LESS = 52;
export const OP_MORE = 53;
export const OP_DBL_EQUAL = 54;
export const OP_LESS_EQUAL = 55;
export const OP_MORE_EQUAL = 56;
export const OP_NOT_EQUAL = 57;
export const OP_PIPE = 58;
export const OP_CARET = 59;
export const OP_AMPERSAND = 60;
export const OP_DBL_LESS = 61;
export const OP_DBL_MORE = 62;
export const OP_PLUS = 63;
export const OP_MINUS = 64;
export const OP_STAR = 65;
export const OP_AT = 66;
export const OP_DBL_SLASH = 67;
export const OP_SLASH = 68;
export const OP_PERCENT = 69;
export const OP_DBL_STAR = 70;
export const DEL_PIPE_EQUAL = 71;
export const DEL_CARET_EQUAL = 72;
export const DEL_AMPERSAND_EQUAL = 73;
export const DEL_DBL_LESS_EQUAL = 74;
export const DEL_DBL_MORE_EQUAL = 75;
export const DEL_PLUS_EQUAL = 76;
export const DEL_MINUS_EQUAL = 77;
export const DEL_STAR_EQUAL = 78;
export const DEL_AT_EQUAL = 79;
export const DEL_DBL_SLASH_EQUAL = 80;
export const DEL_SLASH_EQUAL = 81;
export const DEL_PERCENT_EQUAL = 82;
export const DEL_DBL_STAR_EQUAL = 83;
export const DEL_PAREN_OPEN = 84;
export const DEL_PAREN_CLOSE = 85;
export const DEL_BRACKET_OPEN = 86;
export const DEL_BRACKET_CLOSE = 87;
export const DEL_BRACE_OPEN = 88;
export const DEL_BRACE_CLOSE = 89;
export const DEL_COMMA = 90;
export const DEL_COLON = 91;
export const DEL_PERIOD = 92;
export const DEL_SEMICOLON = 93;
export const DEL_EQUAL = 94;
export const DEL_MINUS_MORE = 95;

/** The keywords in the order of their kinds, from `False` on. */
export const KEYWORDS: readonly string[] = (
  "False None True __debug__ and as assert async await break class continue def del elif else except finally " +
  "for from global if import in is lambda nonlocal not or pass raise return try while with yield"
).split(" ");

/** The texts of the operators and delimiters in the order of their kinds, from `:=` on. */
export const OPERATORS: readonly string[] = (
  ":= ~ < > == <= >= != | ^ & << >> + - * @ // / % ** |= ^= &= <<= >>= += -= *= @= //= /= %= **= " +
  "( ) [ ] { } , : . ; = ->"
).split(" ");
