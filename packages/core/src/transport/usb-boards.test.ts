import { findUsbBoard, usbBoards } from "@upykit/core/transport";
import { expect, test } from "vitest";

test.each([
  [0x2e8a, 0x0005, "rp2", "cdc"],
  [0x2e8a, 0x000f, "rp2", "cdc"],
  [0x10c4, 0xea60, "esp32", "auto-reset"],
  [0x1a86, 0x7523, "esp32", "auto-reset"],
  [0x1a86, 0x55d4, "esp32", "auto-reset"],
  [0x303a, 0x1001, "esp32", "usb-jtag"],
  [0x303a, 0x4001, "esp32", "cdc-esp32"],
  [0xf055, 0x9800, "stm32", "cdc"],
  [0xf055, 0x9802, "micropython", "cdc"],
  [0x1915, 0x520f, "nrf", "cdc"],
  [0x239a, 0x80f4, "circuitpython", "cdc"],
  [0x2341, 0x8057, "samd", "cdc"],
  [0x0d28, 0x0204, "microbit", "none"],
  [0x04d8, 0xed94, "samd", "cdc"],
  [0x1d50, 0x6154, "rp2", "cdc"],
  [0x1ffb, 0x2043, "rp2", "cdc"],
  [0x0483, 0x374b, "stm32", "none"],
  [0x0483, 0x5740, "stm32", "cdc"],
  [0x37c5, 0x16e3, "micropython", "cdc"],
  [0x15ba, 0x0046, "mimxrt", "cdc"],
])("%i:%i is %s, wired as %s", (vendorId, productId, family, wiring) => {
  expect(findUsbBoard(vendorId, productId)).toMatchObject({ family, wiring });
});

test("says nothing about ids that are not in the table", () => {
  expect(findUsbBoard(0x1a86, 0x0001)).toBeUndefined();
  expect(findUsbBoard(0x04d8, 0x00df)).toBeUndefined(); // a USB bridge of Microchip's
  expect(findUsbBoard(undefined, undefined)).toBeUndefined();
});

test("names each id pair once, and every row has a source", () => {
  const pairs = usbBoards.flatMap(({ vendorId, productIds }) =>
    (productIds ?? ["*"]).map((productId) => `${vendorId}:${productId}`),
  );
  expect(new Set(pairs).size).toBe(pairs.length);
  expect(usbBoards.filter((board) => board.source === "")).toEqual([]);
});
