// "Name <mail@host>" to its parts, as email.utils.parseaddr() of Python reads what stands in a manifest.

/** The parts of an address; "" for what is not there. A text without brackets is a mail when it has an "@", else a name (of which Python makes a mail). */
export function parseAddress(text: string): { name: string; email: string } {
  const [, before = "", inside] = /^([^<]*)<([^>]*)>/.exec(text) ?? [];
  if (inside !== undefined) return { name: unquote(before), email: inside.trim() };
  return text.includes("@") ? { name: "", email: text.trim() } : { name: text.trim(), email: "" };
}

function unquote(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/s, "$1")
    .replace(/\\(.)/gs, "$1")
    .replace(/\s+/g, " ");
}
