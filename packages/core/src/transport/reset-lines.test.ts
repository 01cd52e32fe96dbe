import {
  type LineWiring,
  type SerialSignals,
  type Transport,
  createTransport,
  enterBootloader,
  hardReset,
} from "@upykit/core/transport";
import { expect, test } from "vitest";

/** What the two transistors of an ESP32 board make of the lines. */
function chip({ dataTerminalReady: dtr = false, requestToSend: rts = false }: SerialSignals): string {
  if (dtr === rts) return "free";
  return rts ? "in reset" : "boot pin low";
}

function recorder(): { transport: Transport; levels: SerialSignals[] } {
  const levels: SerialSignals[] = [];
  const transport = createTransport("a board", () => ({
    write: () => Promise.resolve(),
    close: () => Promise.resolve(),
    setSignals: (signals) => Promise.resolve(void levels.push(signals)),
  }));
  return { transport, levels };
}

test.each<LineWiring>(["auto-reset", "usb-jtag"])("hardReset on %s resets and lets go", async (wiring) => {
  const { transport, levels } = recorder();
  await hardReset(transport, { wiring });
  expect(levels.map(chip)).toEqual(["in reset", "free"]);
});

test("enterBootloader holds the boot pin when the chip comes out of reset", async () => {
  const { transport, levels } = recorder();
  await enterBootloader(transport, { wiring: "auto-reset" });
  expect(levels.map(chip)).toEqual(["in reset", "boot pin low", "free"]);
});

test("enterBootloader on USB-Serial-JTAG sets the boot flag before the reset", async () => {
  const { transport, levels } = recorder();
  await enterBootloader(transport, { wiring: "usb-jtag" });
  expect(levels.map(chip)).toEqual(["free", "boot pin low", "free", "in reset", "free"]);
});

test.each<LineWiring>(["cdc", "none"])("says that %s has no reset line", async (wiring) => {
  const { transport, levels } = recorder();
  await expect(hardReset(transport, { wiring })).rejects.toMatchObject({ code: "unsupported" });
  expect(levels).toEqual([]);
});

test("does nothing when it is aborted before", async () => {
  const { transport, levels } = recorder();
  await expect(hardReset(transport, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  expect(levels).toEqual([]);
});
