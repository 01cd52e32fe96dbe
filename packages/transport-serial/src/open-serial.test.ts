import { readFile } from "node:fs/promises";
import { autoDetect } from "@serialport/bindings-cpp";
import { type SerialBinding, type SerialBindingPort, openSerial } from "@upykit/transport-serial";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { mockDriver } from "../test/mock-driver.js";
import { type Pty, openTestPty } from "../../../test/support/pty.js";
import { startNetworkPort } from "../test/rfc2217-server.js";
import { available, freePort, readExactly } from "../test/support.js";

const hasPty = available("a pseudo terminal", canOpenPty());

function canOpenPty(): boolean {
  const pty = openTestPty();
  pty?.unplug();
  return pty !== undefined;
}

function pseudoTerminal(): Pty {
  const pty = openTestPty();
  if (!pty) throw new Error("no pseudo terminal");
  onTestFinished(() => pty.unplug());
  return pty;
}

describe("paths", () => {
  test.each([
    "ftp://host:1",
    "socket://host",
    "socket://:1",
    "rfc2217://host:port",
    "socket://127.0.0.1:65536",
  ])("%s is no serial port", async (path) => {
    await expect(openSerial(path)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("a speed must be a whole number above 0", async () => {
    await expect(openSerial("/dev/null", { baudRate: 0 })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  test("socket:// passes bytes on, to an IPv6 address too", async () => {
    const server = await startNetworkPort("raw");
    onTestFinished(() => server.close());
    server.onData((bytes) => server.send(bytes));
    const transport = await openSerial(`Socket://127.0.0.1:${server.port}/?logging=debug`); // as pyserial takes it
    onTestFinished(() => transport.close());
    await transport.writable.getWriter().write(Uint8Array.of(0, 255, 13));
    expect(await readExactly(transport.readable, 3)).toEqual(Uint8Array.of(0, 255, 13));
    await expect(transport.setBaudRate(9600)).rejects.toMatchObject({ code: "unsupported" });
    await expect(transport.hardReset()).rejects.toMatchObject({ code: "unsupported" });
  });

  test.skipIf(process.platform !== "linux")("asks soon whether a silent bridge is still there", async () => {
    const server = await startNetworkPort("raw");
    onTestFinished(() => server.close());
    const transport = await openSerial(`socket://127.0.0.1:${server.port}`);
    onTestFinished(() => transport.close());
    const remote = `0100007F:${server.port.toString(16).toUpperCase().padStart(4, "0")}`;
    const rows = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((row) => row.trim().split(/\s+/));
    const [timer, left] = rows.find((row) => row[2] === remote)?.[5]?.split(":") ?? [];
    expect(timer).toBe("02"); // keepalive
    expect(Number.parseInt(left ?? "", 16)).toBeLessThanOrEqual(1000); // hundredths of a second
  });

  test("nobody at the port of a network path is said as such", async () => {
    const opening = openSerial(`socket://127.0.0.1:${await freePort()}`);
    await expect(opening).rejects.toMatchObject({ code: "network" });
  });

  test("an aborted call does not open anything", async () => {
    const signal = AbortSignal.abort("no");
    await expect(openSerial("/dev/null", { signal })).rejects.toBe("no");
    await expect(openSerial("socket://127.0.0.1:1", { signal })).rejects.toBe("no");
  });
});

describe.skipIf(!hasPty)("the real driver", () => {
  test("says that a port is not there", async () => {
    const opening = openSerial("/dev/ttyUSB99");
    await expect(opening).rejects.toMatchObject({
      code: "file-not-found",
      hint: expect.stringContaining("listPorts") as string,
    });
  });

  test("says that something else is no port", async () => {
    await expect(openSerial("/dev/null")).rejects.toMatchObject({ code: "unsupported" });
  });

  test("says that a port is held by someone else, and can open it when it is free again", async () => {
    const { path } = pseudoTerminal();
    const first = await openSerial(path);
    await expect(openSerial(path)).rejects.toMatchObject({ code: "link-busy" });
    await first.close();
    await (await openSerial(path)).close();
  });

  test("says that a pseudo terminal has no control lines", async () => {
    const transport = await openSerial(pseudoTerminal().path, { wiring: "auto-reset" });
    onTestFinished(() => transport.close());
    await expect(transport.hardReset()).rejects.toMatchObject({ code: "unsupported" });
    await expect(transport.setSignals?.({ dataTerminalReady: true })).rejects.toMatchObject({
      code: "unsupported",
    });
  });

  test("changes the speed", async () => {
    const transport = await openSerial(pseudoTerminal().path);
    onTestFinished(() => transport.close());
    await transport.setBaudRate(9600);
  });

  /** The real driver, which tells when it drops what was not sent; `drain` in place of its own. */
  function droppingDriver(drain?: () => Promise<void>) {
    const system = autoDetect() as unknown as SerialBinding;
    const dropped = vi.fn();
    const binding: SerialBinding = {
      list: () => system.list(),
      open: async (options) => {
        const port = (await system.open(options)) as SerialBindingPort & { flush(): Promise<void> };
        const flush = port.flush.bind(port);
        return Object.assign(port, { flush: () => flush().then(dropped), ...(drain && { drain }) });
      },
    };
    return { binding, dropped };
  }

  test("closing sends what is under way, and drops it when the board takes nothing", async () => {
    const { path } = pseudoTerminal();
    const taking = droppingDriver();
    await (await openSerial(path, taking)).close();
    expect(taking.dropped).not.toHaveBeenCalled();

    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const stuck = droppingDriver(() => new Promise<void>(() => undefined));
    const closing = (await openSerial(path, stuck)).close();
    await vi.advanceTimersByTimeAsync(3000);
    await closing;
    expect(stuck.dropped).toHaveBeenCalled();
  });

  test("closing does not wait for a write that the board does not take", async () => {
    const pty = pseudoTerminal();
    const { binding, dropped } = droppingDriver();
    const transport = await openSerial(pty.path, { binding });
    const writing = transport.writable.getWriter().write(new Uint8Array(1_000_000));
    const failed = expect(writing).rejects.toMatchObject({ code: "link-closed" });
    await new Promise((resolve) => setImmediate(resolve));
    await transport.close();
    await failed;
    expect(dropped).toHaveBeenCalled();
  });

  test("a cable that is pulled fails the read and the write that wait, and tells why", async () => {
    const pty = pseudoTerminal();
    const transport = await openSerial(pty.path);
    const reading = transport.readable.getReader().read();
    pty.unplug();
    await expect(reading).rejects.toMatchObject({ code: "link-lost" });
    expect(await transport.closed).toMatchObject({ code: "link-lost" });
    const writing = transport.writable.getWriter().write(Uint8Array.of(1));
    await expect(writing).rejects.toMatchObject({ code: "link-lost" });
    await transport.close();
  });
});

/** A driver that notes what it is told; the ports are binding-mock's. */
function recordingDriver(failure?: string): { binding: SerialBinding; told: unknown[] } {
  const told: unknown[] = [];
  const { driver } = mockDriver();
  const binding: SerialBinding = {
    list: () => driver.list(),
    open: async (options) => {
      if (failure !== undefined) throw new Error(failure);
      told.push({ hupcl: (options as { hupcl?: boolean }).hupcl });
      const port = await driver.open(options);
      const set = port.set.bind(port);
      port.set = (flags) => {
        told.push({ dtr: flags.dtr, rts: flags.rts, brk: flags.brk });
        return set(flags);
      };
      return port;
    },
  };
  return { binding, told };
}

describe("lines", () => {
  test("opening an ESP32 behind a bridge never leaves one line up alone, and closing moves none", async () => {
    const { binding, told } = recordingDriver();
    const transport = await openSerial("/dev/mock", { binding, wiring: "auto-reset" });
    await transport.close();
    expect(told).toEqual([{ hupcl: false }, { dtr: false, rts: false, brk: false }]);
  });

  test("opening a board with USB of its own raises DTR, and closing drops it", async () => {
    const { binding, told } = recordingDriver();
    const transport = await openSerial("/dev/mock", { binding, wiring: "cdc" });
    await transport.close();
    expect(told).toEqual([{ hupcl: true }, { dtr: true, rts: true, brk: false }]);
  });

  test("a port that is not known keeps its lines", async () => {
    const { binding, told } = recordingDriver();
    const transport = await openSerial("/dev/mock", { binding });
    await transport.close();
    expect(told).toEqual([{ hupcl: true }]);
  });

  test("a line that is not named keeps its level", async () => {
    const { binding, told } = recordingDriver();
    const transport = await openSerial("/dev/mock", { binding, wiring: "auto-reset" });
    onTestFinished(() => transport.close());
    await transport.setSignals?.({ requestToSend: true });
    await transport.setSignals?.({ break: true });
    expect(told.slice(2)).toEqual([
      { dtr: false, rts: true, brk: false },
      { dtr: false, rts: true, brk: true },
    ]);
  });

  /** Linux with a CDC device that tells of no break: TIOCCBRK fails, and with it the driver's set() before it did anything. */
  function breaklessDriver() {
    const { driver } = mockDriver();
    const speeds: number[] = [];
    const binding: SerialBinding = {
      list: () => driver.list(),
      open: async (options) => {
        const port = await driver.open(options);
        port.set = () => Promise.reject(new Error("Error: Operation not supported, cannot set"));
        port.update = ({ baudRate }) => {
          speeds.push(baudRate);
          return Promise.resolve();
        };
        return port;
      },
    };
    return { binding, speeds };
  }

  test.each(["auto-reset", "usb-jtag", undefined] as const)(
    "resets a board by the speed 0 where the driver cannot set the lines (%s)",
    async (wiring) => {
      const { binding, speeds } = breaklessDriver();
      const transport = await openSerial("/dev/mock", { binding, wiring });
      onTestFinished(() => transport.close());
      await transport.hardReset();
      expect(speeds.slice(-2)).toEqual([0, 115_200]);
      await expect(transport.enterBootloader()).rejects.toMatchObject({ code: "unsupported" });
      expect(speeds.at(-1)).toBe(115_200); // not held in reset
    },
  );

  test("the 1200 baud touch works there too", async () => {
    const { binding, speeds } = breaklessDriver();
    const transport = await openSerial("/dev/mock", { binding, wiring: "cdc" });
    onTestFinished(() => transport.close());
    await transport.enterBootloader();
    expect(speeds.slice(-2)).toEqual([1200, 0]);
  });

  test("enters the bootloader of a board with USB of its own by the 1200 baud touch", async () => {
    const { binding, told } = recordingDriver();
    const transport = await openSerial("/dev/mock", { binding, wiring: "cdc" });
    onTestFinished(() => transport.close());
    await transport.enterBootloader();
    expect(told.at(-1)).toEqual({ dtr: false, rts: false, brk: false });
  });
});

// What the driver says on each system, from @serialport/bindings-cpp 13.0.1.
test.each([
  ["Error: Permission denied, cannot open /dev/ttyUSB0", "access-denied", "dialout"],
  ["Error: No such file or directory, cannot open /dev/ttyUSB0", "file-not-found", "listPorts"],
  ["Error Resource temporarily unavailable Cannot lock port", "link-busy", "other program"],
  ["Error: Device or resource busy, cannot open /dev/ttyUSB0", "link-busy", "other program"],
  ["Opening COM3: Access denied", "link-busy", "other program"],
  ["Opening COM9: File not found", "file-not-found", "listPorts"],
  ["Error: Inappropriate ioctl for device, cannot set", "unsupported", "pseudo terminal"],
])("%s is %s", async (text, code, hint) => {
  const { binding } = recordingDriver(text);
  const opening = openSerial("/dev/mock", { binding });
  await expect(opening).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) as string });
});
