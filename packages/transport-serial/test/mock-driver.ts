// @serialport/binding-mock as a driver, with the few things that a test needs of it. Its own types cannot be resolved
// under node16, so what is used of it is written down here.
import { createRequire } from "node:module";
import type { SerialBinding, SerialBindingPort } from "@upykit/transport-serial";

/** An open port of binding-mock. */
export interface MockPort extends SerialBindingPort {
  /** Bytes come in from the device. */
  emitData(bytes: Uint8Array): void;
  read(...args: unknown[]): Promise<unknown>;
  write(bytes: Uint8Array): Promise<unknown>;
}

interface MockBinding extends SerialBinding {
  createPort(path: string, options: { echo: boolean; record: boolean }): void;
  reset(): void;
  open(options: { path: string; baudRate: number }): Promise<MockPort>;
}

const { MockBinding } = createRequire(import.meta.url)("@serialport/binding-mock") as {
  MockBinding: MockBinding;
};

/** binding-mock with a cable that can be pulled. */
export interface MockDriver {
  readonly driver: SerialBinding;
  /** The port that is open. */
  port(): MockPort;
  /** The pending read and whatever comes later fails, as with a real driver whose device is gone. */
  unplug(): void;
}

/** A driver with one port, "/dev/mock". What is written goes to `take`, whose promise holds the writer back. */
export function mockDriver(take: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()): MockDriver {
  MockBinding.reset();
  MockBinding.createPort("/dev/mock", { echo: false, record: false });
  let port: MockPort | undefined;
  let pull: (error: Error) => void = () => undefined;
  const driver: SerialBinding = {
    list: () => MockBinding.list(),
    open: async (options) => {
      port = await MockBinding.open(options);
      const pulled = new Promise<never>((_, reject) => (pull = reject));
      pulled.catch(() => undefined);
      const read = port.read.bind(port);
      const write = port.write.bind(port);
      port.read = (...args) => Promise.race([pulled, read(...args)]);
      port.write = async (bytes) => {
        await write(bytes);
        await Promise.race([pulled, take(bytes)]);
      };
      return port;
    },
  };
  return {
    driver,
    port: () => {
      if (!port) throw new Error("no port is open");
      return port;
    },
    unplug: () => pull(new Error("ENXIO: no such device")),
  };
}
