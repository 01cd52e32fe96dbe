// "Name <mail@host>" to its parts, as email.utils.parseaddr() of Python reads what stands in a manifest.

/** The parts of an address; "" for what is not there. A text without an "@" or brackets counts as the mail, as in Python. */
export function parseAddress(text: string): { name: string; email: string } {
  const [, before = "", inside] = /^([^<]*)<([^>]*)>/.exec(text) ?? [];
  if (inside !== undefined) return { name: unquote(before), email: inside.trim() };
  return { name: "", email: text.trim() };
}

function unquote(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/s, "$1")
    .replace(/\\(.)/gs, "$1")
    .replace(/\s+/g, " ");
}
