import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { listPorts, waitForBoard } from "@upykit/transport-serial";
import { describe, expect, test } from "vitest";
import { type FakeUsb, fakeRoot, place, plugIn } from "../test/fake-sysfs.js";

const linux = process.platform === "linux";
if (!linux) console.log("skipped: /sys is Linux's");

const pico: FakeUsb = {
  tty: "ttyACM10",
  device: "1-1.4",
  attributes: {
    idVendor: "2e8a",
    idProduct: "0005",
    serial: "E6611CB71B2A3C28",
    manufacturer: "MicroPython",
    product: "Board in FS mode",
  },
};
const esp32: FakeUsb = {
  tty: "ttyUSB0",
  device: "1-2",
  bridge: true,
  attributes: { idVendor: "10c4", idProduct: "ea60", serial: "0001", manufacturer: "Silicon Labs" },
};

describe.skipIf(!linux)("listPorts", () => {
  test("tells ids, names, family and place from /sys alone", async () => {
    const root = await fakeRoot([pico, esp32]);
    expect(await listPorts(undefined, { root })).toEqual([
      {
        path: `${root}/dev/ttyACM10`,
        stablePath: undefined,
        vendorId: 0x2e8a,
        productId: 5,
        serialNumber: "E6611CB71B2A3C28",
        manufacturer: "MicroPython",
        product: "Board in FS mode",
        location: "1-1.4:1.0",
        family: "rp2",
        wiring: "cdc",
      },
      {
        path: `${root}/dev/ttyUSB0`,
        stablePath: undefined,
        vendorId: 0x10c4,
        productId: 0xea60,
        serialNumber: "0001",
        manufacturer: "Silicon Labs",
        product: undefined,
        location: "1-2:1.0",
        family: "esp32",
        wiring: "auto-reset",
      },
    ]);
  });

  test("gives the name that udev keeps stable", async () => {
    const root = await fakeRoot([pico]);
    const name = "usb-MicroPython_Board_in_FS_mode_E6611CB71B2A3C28-if00";
    await place("../../ttyACM10", join(root, "dev/serial/by-id", name));
    const stablePath = `${root}/dev/serial/by-id/${name}`;
    const [port] = await listPorts({ path: stablePath }, { root });
    expect(port).toMatchObject({ path: `${root}/dev/ttyACM10`, stablePath });
  });

  test("knows a port of macOS by both of its names", async () => {
    const root = await fakeRoot([{ ...pico, tty: "tty.usbmodem1101" }]);
    const [port] = await listPorts({ path: `${root}/dev/cu.usbmodem1101` }, { root });
    expect(port).toMatchObject({ path: `${root}/dev/tty.usbmodem1101`, family: "rp2" });
  });

  test("leaves out consoles and UARTs that are not there, keeps those of a board computer", async () => {
    const root = await fakeRoot([]);
    await mkdir(join(root, "sys/class/tty/tty0"), { recursive: true });
    // The device and its bus, with the two that Linux 6.5 put in between: of a PC, and of a Raspberry Pi.
    for (const [tty, buses] of [
      ["ttyS0", ["platform"]],
      ["ttyS1", ["platform", "serial-base", "serial-base"]],
      ["ttyAMA0", ["amba"]],
      ["ttyAMA1", ["amba", "serial-base", "serial-base"]],
    ] as const) {
      let device = join(root, "sys/devices");
      for (const [index, bus] of buses.entries()) {
        device = join(device, `${tty}:${index}`);
        await mkdir(device, { recursive: true });
        await mkdir(join(root, "sys/bus", bus), { recursive: true });
        await symlink(join(root, "sys/bus", bus), join(device, "subsystem"));
      }
      await place(device, join(root, "sys/class/tty", tty, "device"));
    }
    const paths = (await listPorts(undefined, { root })).map((port) => port.path);
    expect(paths).toEqual([`${root}/dev/ttyAMA0`, `${root}/dev/ttyAMA1`]);
  });

  test("filters by property or function", async () => {
    const root = await fakeRoot([pico, esp32]);
    const paths = async (filter: Parameters<typeof listPorts>[0]) =>
      (await listPorts(filter, { root })).map((port) => port.path.slice(root.length));
    expect(await paths({ family: "esp32" })).toEqual(["/dev/ttyUSB0"]);
    expect(await paths({ serialNumber: "E6611CB71B2A3C28" })).toEqual(["/dev/ttyACM10"]);
    expect(await paths((port) => port.manufacturer === "Silicon Labs")).toEqual(["/dev/ttyUSB0"]);
    expect(await paths({ family: "nrf" })).toEqual([]);
  });

  test("is empty, not an error, where there is no /sys", async () => {
    expect(await listPorts(undefined, { root: "/nonexistent" })).toEqual([]);
  });
});

describe.skipIf(!linux)("waitForBoard", () => {
  test("finds the board under another path", async () => {
    const root = await fakeRoot([esp32]);
    const found = waitForBoard({ serialNumber: "E6611CB71B2A3C28" }, { root, interval: 1 });
    await plugIn(root, { ...pico, tty: "ttyACM3" });
    expect(await found).toMatchObject({ path: `${root}/dev/ttyACM3`, family: "rp2" });
  });

  test("says so when it does not come back", async () => {
    const root = await fakeRoot([esp32]);
    const waiting = waitForBoard({ serialNumber: "E6611CB71B2A3C28" }, { root, timeout: 5, interval: 1 });
    await expect(waiting).rejects.toMatchObject({ code: "no-response" });
  });

  test("stops when it is aborted", async () => {
    const root = await fakeRoot([]);
    const controller = new AbortController();
    const waiting = waitForBoard({ family: "rp2" }, { root, signal: controller.signal });
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
  });

  test("does not take any board for the one that was meant", async () => {
    await expect(waitForBoard({ serialNumber: undefined })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
