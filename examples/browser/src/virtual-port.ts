// A board for those who have none: a real MicroPython in WebAssembly behind an object of the shape of a SerialPort.
import micropython from "@micropython/micropython-webassembly-pyscript/micropython.mjs?url";
import wasm from "@micropython/micropython-webassembly-pyscript/micropython.wasm?url";
import type { Transport } from "@upykit/core/transport";
import { createVirtualBoard } from "@upykit/core/testing";
import type { SerialPortLike } from "@upykit/transport-webserial";

/** Starts a board; the port can be opened and closed as often as one likes. */
export async function virtualPort(): Promise<SerialPortLike> {
  const address = (path: string) => new URL(path, location.href).href;
  const board = await createVirtualBoard({ micropython: address(micropython), wasm: address(wasm) });
  let link: Transport | undefined;
  return {
    get readable() {
      return link?.readable ?? null;
    },
    get writable() {
      return link?.writable ?? null;
    },
    open: () => {
      link = board.transport();
      return Promise.resolve();
    },
    close: async () => {
      await link?.close();
      link = undefined;
    },
    getInfo: () => ({ usbVendorId: 0xf055, usbProductId: 0x9802 }),
  };
}
