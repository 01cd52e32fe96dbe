// A SerialPort made by hand, for tests and pages without a board: it keeps the rules of the Web Serial standard about
// locks, closing, errors in the data and pulled cables. What is behind it is given as a function.

/** The device at the other end of the cable. */
export interface FakeDevice {
  /** Bytes from the page; resolves when the device can take more. */
  write(bytes: Uint8Array): void | Promise<void>;
  close?(): void;
}

/** Makes the device when the port is opened; `send` is how it sends to the page. */
export type PlugIn = (send: (bytes: Uint8Array) => void) => FakeDevice | Promise<FakeDevice>;

/** Ids that the port shows. */
export interface FakeIds {
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

interface Signals {
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
  readonly break?: boolean;
}

/** A port of the shape of the browser's. */
export class FakeSerialPort extends EventTarget {
  /** Control lines, as they were set last. */
  signals: Signals = {};
  /** The lines as the board sees them. With usbser.sys on Windows it is told when DTR is set, which Chromium does before RTS. */
  readonly seen: { readonly dtr: boolean; readonly rts: boolean }[] = [];
  /** What open() was given. */
  options: { baudRate: number; bufferSize?: number } | undefined;
  forgotten = false;
  readonly #plugIn: PlugIn;
  readonly #ids: FakeIds;
  #device: FakeDevice | undefined;
  #readable: ReadableStream<Uint8Array> | null = null;
  #writable: WritableStream<Uint8Array> | null = null;
  #input: ReadableStreamDefaultController<Uint8Array> | undefined;
  #output: WritableStreamDefaultController | undefined;
  #unplugged = false;

  constructor(plugIn: PlugIn, ids: FakeIds = { usbVendorId: 0x2e8a, usbProductId: 5 }) {
    super();
    this.#plugIn = plugIn;
    this.#ids = ids;
  }

  get connected(): boolean {
    return !this.#unplugged;
  }

  get readable(): ReadableStream<Uint8Array> | null {
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    return this.#writable;
  }

  getInfo(): FakeIds {
    return this.#ids;
  }

  async open(options: { baudRate: number; bufferSize?: number }): Promise<void> {
    if (this.#device) throw new DOMException("The port is already open.", "InvalidStateError");
    if (this.forgotten) throw new DOMException("The port has been forgotten.", "InvalidStateError");
    if (this.#unplugged) throw new DOMException("Failed to open serial port.", "NetworkError");
    this.options = options;
    const device = await this.#plugIn((bytes) => this.#deliver(bytes));
    this.#device = device;
    this.#renew();
    this.#writable = new WritableStream<Uint8Array>({
      start: (controller) => void (this.#output = controller),
      write: (bytes) => device.write(bytes),
    });
  }

  /** As the standard has it: cancelling and aborting a stream that someone holds the lock of is a TypeError. */
  async close(): Promise<void> {
    if (!this.#device) throw new DOMException("The port is already closed.", "InvalidStateError");
    if (this.#readable?.locked || this.#writable?.locked) {
      throw new TypeError("Cannot cancel a locked stream");
    }
    this.#device.close?.();
    this.#device = undefined;
    this.#readable = null;
    this.#writable = null;
    await Promise.resolve();
  }

  async setSignals(signals: Signals): Promise<void> {
    if (!this.#device) throw new DOMException("The port is closed.", "InvalidStateError");
    if (signals.dataTerminalReady !== undefined) {
      this.seen.push({ dtr: signals.dataTerminalReady, rts: this.signals.requestToSend ?? true });
    }
    this.signals = { ...this.signals, ...signals };
    await Promise.resolve();
  }

  async forget(): Promise<void> {
    this.forgotten = true;
    await Promise.resolve();
  }

  /** Breaks the data, as noise on the line does: the readable fails, and another takes its place. */
  disturb(name: "FramingError" | "ParityError" | "BufferOverrunError" | "BreakError"): void {
    const broken = this.#input;
    this.#renew();
    broken?.error(new DOMException(name, name));
  }

  /** Pulls the cable: both streams fail, nothing takes their place, and whoever listens hears it. */
  unplug(): void {
    if (this.#unplugged) return;
    this.#unplugged = true;
    const lost = new DOMException("The device has been lost.", "NetworkError");
    this.#readable = null;
    this.#writable = null;
    this.#input?.error(lost);
    this.#output?.error(lost);
    this.#device?.close?.();
    this.dispatchEvent(new Event("disconnect"));
  }

  #renew(): void {
    this.#readable = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#input = controller),
    });
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#device && !this.#unplugged) this.#input?.enqueue(bytes);
  }
}
