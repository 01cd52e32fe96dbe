// The Telnet framing that RFC 2217 lives in: data with 255 doubled, option negotiation, subnegotiations.
// Follows RFC 854 and RFC 855; it knows no option by name.

const IAC = 255;
const SUBNEGOTIATION = 250;
const SUBNEGOTIATION_END = 240;

/** The four verbs of option negotiation, by their code. */
export const verbs = { will: 251, wont: 252, do: 253, dont: 254 } as const;

/** A verb of option negotiation. */
export type Verb = keyof typeof verbs;

/** What comes out of a Telnet stream. */
export type TelnetItem =
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "option"; readonly verb: Verb; readonly option: number }
  | { readonly type: "subnegotiation"; readonly option: number; readonly payload: Uint8Array };

/** Nothing that RFC 2217 sends is near this long; a longer subnegotiation is cut, so that memory stays bounded. */
const longestPayload = 1024;

type State = "data" | "iac" | "option" | "payload" | "payload-iac";

/** Takes a Telnet stream apart; chunks may end anywhere. */
export class TelnetDecoder {
  #state: State = "data";
  #verb: Verb = "will";
  #payload: number[] = [];

  /** The items in a chunk, in order. */
  decode(chunk: Uint8Array): TelnetItem[] {
    const items: TelnetItem[] = [];
    for (let at = 0; at < chunk.length; at++) {
      if (this.#state === "data") {
        const next = chunk.indexOf(IAC, at);
        const end = next < 0 ? chunk.length : next;
        if (end > at) items.push({ type: "data", bytes: chunk.slice(at, end) });
        at = end;
        if (next >= 0) this.#state = "iac";
        continue;
      }
      const item = this.#step(chunk[at] ?? 0);
      if (item) items.push(item);
    }
    return items;
  }

  #step(byte: number): TelnetItem | undefined {
    switch (this.#state) {
      case "iac":
        return this.#command(byte);
      case "option":
        this.#state = "data";
        return { type: "option", verb: this.#verb, option: byte };
      case "payload-iac":
        return this.#payloadCommand(byte);
      default:
        if (byte === IAC) this.#state = "payload-iac";
        else this.#keep(byte);
        return undefined;
    }
  }

  #command(byte: number): TelnetItem | undefined {
    const verb = (Object.keys(verbs) as Verb[]).find((name) => verbs[name] === byte);
    this.#state = verb ? "option" : byte === SUBNEGOTIATION ? "payload" : "data";
    this.#verb = verb ?? this.#verb;
    this.#payload = [];
    return byte === IAC ? { type: "data", bytes: Uint8Array.of(IAC) } : undefined;
  }

  #payloadCommand(byte: number): TelnetItem | undefined {
    this.#state = byte === SUBNEGOTIATION_END ? "data" : "payload";
    if (byte === IAC) this.#keep(IAC);
    if (byte !== SUBNEGOTIATION_END) return undefined;
    const [option = 0, ...payload] = this.#payload;
    return { type: "subnegotiation", option, payload: Uint8Array.from(payload) };
  }

  #keep(byte: number): void {
    if (this.#payload.length < longestPayload) this.#payload.push(byte);
  }
}

/** Data as it goes over the wire: each 255 twice. */
export function escapeData(bytes: Uint8Array): Uint8Array {
  const extra = bytes.reduce((count, byte) => count + (byte === IAC ? 1 : 0), 0);
  if (extra === 0) return bytes;
  const escaped = new Uint8Array(bytes.length + extra);
  let at = 0;
  for (const byte of bytes) {
    escaped[at++] = byte;
    if (byte === IAC) escaped[at++] = IAC;
  }
  return escaped;
}

/** An option negotiation as bytes. */
export function encodeOption(verb: Verb, option: number): Uint8Array {
  return Uint8Array.of(IAC, verbs[verb], option);
}

/** A subnegotiation as bytes. */
export function encodeSubnegotiation(option: number, payload: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SUBNEGOTIATION, option, ...escapeData(payload), IAC, SUBNEGOTIATION_END);
}
