// What runs in the browser of chromium.test.ts: the transport contract on the browser's own Web Serial. The far end of
// the cable is in Node, which the page reaches by functions that the test puts into it.
import { type ContractCase, transportContract } from "@upykit/core/testing";
import { grantedPorts, openWebSerial } from "@upykit/transport-webserial";

declare const farWrite: (base64: string) => Promise<void>;
declare const farRead: (count: number) => Promise<string>;
declare const farUnplug: () => Promise<void>;

const cases: ContractCase[] = transportContract(async () => {
  const [port] = await grantedPorts();
  if (!port) throw new Error("no port is granted");
  return {
    open: () => openWebSerial(port),
    peer: {
      write: (bytes) => farWrite(toBase64(bytes)),
      read: async (count) => fromBase64(await farRead(count)),
      unplug: () => farUnplug(),
    },
  };
});

/** Runs one clause; what was wrong, or null. */
async function runClause(name: string): Promise<string | null> {
  const clause = cases.find((one) => one.name === name);
  try {
    if (!clause) throw new Error("no such clause");
    await clause.run();
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

Object.assign(globalThis, { runClause });

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
