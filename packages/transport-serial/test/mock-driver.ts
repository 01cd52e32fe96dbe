// @serialport/binding-mock as a driver, with the few things that a test needs of it. Its own types cannot be resolved
// under node16, so what is used of it is written down here.
import { createRequire } from "node:module";
import type { SerialBinding, SerialBindingPort } from "@upykit/transport-serial";

/** An open port of binding-mock. */
export interface MockPort extends SerialBindingPort {
  /** What was written so far. */
  readonly recording: Uint8Array;
  /** Bytes come in from the device. */
  emitData(bytes: Uint8Array): void;
}

interface MockBinding extends SerialBinding {
  createPort(path: string, options: { echo: boolean; record: boolean }): void;
  reset(): void;
  open(options: { path: string; baudRate: number }): Promise<MockPort>;
}

const { MockBinding } = createRequire(import.meta.url)("@serialport/binding-mock") as {
  MockBinding: MockBinding;
};

/** A driver with one port, "/dev/mock". */
export function mockDriver(echo = false): { driver: MockBinding } {
  MockBinding.reset();
  MockBinding.createPort("/dev/mock", { echo, record: true });
  return { driver: MockBinding };
}
