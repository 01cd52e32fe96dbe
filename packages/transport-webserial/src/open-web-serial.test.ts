import {
  type SerialPortLike,
  boardFilters,
  grantedPorts,
  openWebSerial,
  requestBoard,
  watchPorts,
} from "@upykit/transport-webserial";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type FakeIds, FakeSerialPort, type PlugIn } from "../test/fake-serial-port.js";

const echo: PlugIn = (send) => ({ write: (bytes) => send(bytes.slice()) });
const cp2102: FakeIds = { usbVendorId: 0x10c4, usbProductId: 0xea60 };
const usbJtag: FakeIds = { usbVendorId: 0x303a, usbProductId: 0x1001 };

async function open(port: FakeSerialPort) {
  const transport = await openWebSerial(port);
  onTestFinished(() => transport.close());
  return transport;
}

async function next(readable: ReadableStream<Uint8Array>): Promise<number[]> {
  const reader = readable.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return [...(value ?? [])];
}

describe("openWebSerial", () => {
  test("asks for a buffer that holds what full-speed USB sends while a page is busy", async () => {
    const port = new FakeSerialPort(echo);
    await open(port);
    expect(port.options?.baudRate).toBe(115_200);
    expect(port.options?.bufferSize).toBeGreaterThanOrEqual((12_000_000 / 8) * 0.1);
  });

  test.each(["FramingError", "ParityError", "BufferOverrunError", "BreakError"] as const)(
    "goes on after a %s with the port's new readable",
    async (kind) => {
      const port = new FakeSerialPort(echo);
      const transport = await open(port);
      const writer = transport.writable.getWriter();
      await writer.write(Uint8Array.of(1));
      expect(await next(transport.readable)).toEqual([1]);
      port.disturb(kind);
      await writer.write(Uint8Array.of(2));
      expect(await next(transport.readable)).toEqual([2]);
    },
  );

  test("closes while a read is pending, and the port can be opened again", async () => {
    const port = new FakeSerialPort(echo);
    const transport = await openWebSerial(port);
    const pending = transport.readable.getReader().read();
    await transport.close();
    expect(await pending).toMatchObject({ done: true });
    expect(port.readable).toBeNull();
    await (await openWebSerial(port)).close();
  });

  test("closes while the device takes nothing more", async () => {
    const port = new FakeSerialPort(() => ({ write: () => new Promise<void>(() => undefined) }));
    const transport = await openWebSerial(port);
    const stuck = transport.writable.getWriter().write(Uint8Array.of(1));
    const failed = expect(stuck).rejects.toMatchObject({ code: "link-closed" });
    const closing = transport.close();
    await failed;
    await expect(closing).resolves.toBeUndefined();
  });

  test("a pulled cable is told, and the transport can still be closed", async () => {
    const port = new FakeSerialPort(echo);
    const transport = await openWebSerial(port);
    const pending = transport.readable.getReader().read();
    port.unplug();
    await expect(pending).rejects.toMatchObject({ code: "link-lost" });
    expect(await transport.closed).toMatchObject({ code: "link-lost" });
    await transport.close();
  });

  test("puts the lines of an ESP32 behind a bridge down in the order that is no reset", async () => {
    const port = new FakeSerialPort(echo, cp2102);
    const set = vi.spyOn(port, "setSignals");
    await open(port);
    let lines = { dataTerminalReady: true, requestToSend: true };
    const levels = set.mock.calls.flatMap(([signals]) =>
      // One line after the other, as Chromium does on Windows.
      Object.entries(signals).map((change) => (lines = { ...lines, ...Object.fromEntries([change]) })),
    );
    expect(levels.at(-1)).toEqual({ dataTerminalReady: false, requestToSend: false });
    expect(levels).not.toContainEqual({ dataTerminalReady: false, requestToSend: true }); // held in reset
  });

  test("says that a port is not plugged in, and that it was given back", async () => {
    const gone = new FakeSerialPort(echo);
    gone.unplug();
    await expect(openWebSerial(gone)).rejects.toMatchObject({ code: "link-lost" });
    const forgotten = new FakeSerialPort(echo);
    await forgotten.forget();
    await expect(openWebSerial(forgotten)).rejects.toMatchObject({ code: "access-denied" });
  });

  test("says that a port is open already", async () => {
    const port = new FakeSerialPort(echo);
    await open(port);
    await expect(openWebSerial(port)).rejects.toMatchObject({ code: "link-busy" });
  });

  test("raises DTR for a board with USB of its own, drops both lines behind a bridge", async () => {
    const pico = new FakeSerialPort(echo);
    await open(pico);
    expect(pico.signals).toEqual({ dataTerminalReady: true, requestToSend: true });
    const esp32 = new FakeSerialPort(echo, cp2102);
    await open(esp32);
    expect(esp32.signals).toEqual({ dataTerminalReady: false, requestToSend: false });
  });

  test.each([cp2102, usbJtag])("resets an ESP32 on purpose, and lets it go (%j)", async (ids) => {
    const port = new FakeSerialPort(echo, ids);
    const transport = await open(port);
    expect(port.seen.at(-1)).toEqual({ dtr: false, rts: false });
    await transport.hardReset();
    expect(port.seen).toContainEqual({ dtr: false, rts: true });
    expect(port.seen.at(-1)).toEqual({ dtr: false, rts: false });
  });

  test("says that an ESP32-S3 with USB of its own cannot be sent into its bootloader", async () => {
    const transport = await open(new FakeSerialPort(echo, { usbVendorId: 0x303a, usbProductId: 0x4001 }));
    await expect(transport.enterBootloader()).rejects.toMatchObject({
      code: "unsupported",
      hint: expect.stringContaining("machine.bootloader()") as string,
    });
  });

  test("a port without setSignals says that it has no lines", async () => {
    const port = new FakeSerialPort(echo);
    const simple: SerialPortLike = {
      get readable() {
        return port.readable;
      },
      get writable() {
        return port.writable;
      },
      open: (options) => port.open(options),
      close: () => port.close(),
    };
    const transport = await openWebSerial(simple);
    await expect(transport.setSignals?.({ break: true })).rejects.toMatchObject({ code: "unsupported" });
    await transport.close();
    await expect(transport.forget()).rejects.toMatchObject({ code: "unsupported" });
  });

  test("forget closes the port first", async () => {
    const port = new FakeSerialPort(echo);
    const transport = await openWebSerial(port);
    await transport.forget();
    expect(port.readable).toBeNull();
    expect(port.forgotten).toBe(true);
  });

  test("an aborted call does not open the port", async () => {
    const port = new FakeSerialPort(echo);
    await expect(openWebSerial(port, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    expect(port.options).toBeUndefined();
  });
});

/** In place of navigator.serial. */
class FakeSerial extends EventTarget {
  asked: unknown;
  constructor(
    readonly ports: FakeSerialPort[],
    readonly failure?: string,
  ) {
    super();
  }

  getPorts(): Promise<FakeSerialPort[]> {
    return Promise.resolve(this.ports);
  }

  requestPort(options: unknown): Promise<FakeSerialPort> {
    this.asked = options;
    const [port] = this.ports;
    if (!port || this.failure) return Promise.reject(new DOMException("no", this.failure ?? "NotFoundError"));
    return Promise.resolve(port);
  }
}

describe("ports", () => {
  test("asks for the boards of the table, of one family, or for all", async () => {
    const port = new FakeSerialPort(echo);
    const serial = new FakeSerial([port]);
    expect(await requestBoard({ serial })).toBe(port);
    expect(serial.asked).toEqual({ filters: boardFilters() });
    await requestBoard({ serial, families: ["microbit"] });
    expect(serial.asked).toEqual({ filters: [{ usbVendorId: 0x0d28, usbProductId: 0x0204 }] });
    await requestBoard({ serial, all: true });
    expect(serial.asked).toEqual({});
    expect(boardFilters(["rp2"])).toContainEqual({ usbVendorId: 0x2e8a });
  });

  test.each([
    ["NotFoundError", "aborted"],
    ["SecurityError", "access-denied"],
  ])("a %s is %s", async (name, code) => {
    const serial = new FakeSerial([new FakeSerialPort(echo)], name);
    await expect(requestBoard({ serial })).rejects.toMatchObject({ code });
  });

  test("says so where there is no Web Serial", async () => {
    await expect(requestBoard()).rejects.toMatchObject({ code: "unsupported" });
    await expect(grantedPorts()).rejects.toMatchObject({ code: "unsupported" });
  });

  test("gives the granted ports", async () => {
    const port = new FakeSerialPort(echo);
    expect(await grantedPorts(new FakeSerial([port]))).toEqual([port]);
  });

  test("tells of ports that come and go, until it is told to stop", () => {
    const serial = new FakeSerial([]);
    const heard: string[] = [];
    const stop = watchPorts((event) => heard.push(event.type), serial);
    serial.dispatchEvent(new Event("connect"));
    serial.dispatchEvent(new Event("disconnect"));
    stop();
    serial.dispatchEvent(new Event("connect"));
    expect(heard).toEqual(["connect", "disconnect"]);
  });
});
