// How deep an .mpy file may nest. mpy-cross itself gives up far earlier; a damaged file must not exhaust our stack.

/** Functions in functions, or tuples in tuples. */
export const maximumNesting = 250;
