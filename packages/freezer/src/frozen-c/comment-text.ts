// Text from outside in a `//` comment of C.

/** What would end a comment, or have it go on in the next line: what follows would be C, or would be none. */
// eslint-disable-next-line no-control-regex -- the characters meant
const lineEnds = /[\u0000-\u001f\u007f\u2028\u2029]|(\\|\?\?\/)\s*$/g;

/** The text with a question mark for each character that a comment cannot have. */
export function commentText(text: string): string {
  return text.replace(lineEnds, "?");
}
