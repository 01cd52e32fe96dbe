// A board: an interpreter with a UART, a flash and a power switch. It runs in a worker, where it owns the thread, or in
// the host's thread, where it runs until it wants input.

import { type Conditions, goodConditions } from "./conditions.js";
import { Disk } from "./disk.js";
import { FileTree } from "./file-tree.js";
import { type InterruptWords, Interrupts, findInterruptWords } from "./interrupts.js";
import { type Interpreter, loadInterpreter } from "./interpreter.js";
import { MemoryImage } from "./memory-image.js";
import { type Order, type Panel, order } from "./panel.js";
import { Repl } from "./repl.js";
import { SystemCalls, rawStreams } from "./system-calls.js";
import { PowerEvent, Uart } from "./uart.js";

/** What a machine is made of. Plain data: it goes to a worker. */
export interface MachineOptions {
  readonly module: string;
  readonly wasm: string | undefined;
  readonly heapSize: number;
  readonly diskSize: number;
  readonly blockSize: number;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly conditions: Partial<Conditions>;
}

/** How a machine reaches its host. */
export interface MachineHost {
  readonly panel: Panel;
  readonly canSleep: boolean;
  /** Tells the host to look at the rings. */
  readonly ring: () => void;
  /** Tells the host that the power is off, or on again. */
  readonly power: (state: "off" | "on") => void;
  /** Serves the host's commands, when there are some. */
  readonly serve: (machine: Machine) => void;
}

/** A board that can be powered. */
export class Machine {
  readonly files: FileTree;
  readonly disk: Disk;
  readonly conditions: Conditions;
  readonly interruptWords: InterruptWords;
  readonly memory: WebAssembly.Memory;
  readonly #host: MachineHost;
  readonly #interpreter: Interpreter;
  readonly #calls: SystemCalls;
  readonly #image: MemoryImage;
  readonly #interrupts: () => Interrupts;
  readonly #uart: Uart;
  readonly #repl: Repl;
  #isOn = false;

  private constructor(
    interpreter: Interpreter,
    calls: SystemCalls,
    options: MachineOptions,
    host: MachineHost,
  ) {
    this.#host = host;
    this.#interpreter = interpreter;
    this.#calls = calls;
    this.memory = interpreter.memory;
    this.conditions = { ...goodConditions(), ...options.conditions };
    this.files = new FileTree(interpreter.fs);
    this.files.clear();
    for (const [path, content] of Object.entries(options.files)) this.files.write(path, content);
    this.disk = new Disk(interpreter.fs, { size: options.diskSize, blockSize: options.blockSize });
    this.interruptWords = findInterruptWords(interpreter);
    this.#interrupts = interruptsOf(interpreter.memory, this.interruptWords);
    splitStandardStreams(interpreter);
    this.#image = new MemoryImage(interpreter);
    this.#uart = new Uart(host.panel, {
      canSleep: host.canSleep,
      ringHost: host.ring,
      serve: () => host.serve(this),
      interrupted: () => this.#interrupts().pending,
    });
    this.#repl = new Repl({ interpreter, conditions: this.conditions, calls });
  }

  /** Loads the interpreter and puts the board together; the power is still off. */
  static async create(options: MachineOptions, host: MachineHost): Promise<Machine> {
    const calls = new SystemCalls();
    const interpreter = await loadInterpreter({
      module: options.module,
      wasm: options.wasm,
      heapSize: options.heapSize,
      shared: host.canSleep,
      hook: (imports) => calls.hook(imports),
    });
    return new Machine(interpreter, calls, options, host);
  }

  /** Runs for ever, in a thread that can sleep. */
  run(): never {
    this.#guard(() => this.#coldStart());
    for (;;) this.#guard(() => this.#step());
  }

  /** Switches on, in a thread that cannot sleep. */
  start(): void {
    this.#guard(() => this.#coldStart());
  }

  /** Runs until all input is consumed, in a thread that cannot sleep. */
  pump(): void {
    if (this.#host.panel.commands.length > 0) this.#host.serve(this);
    if (!this.#isOn) this.#guard(() => this.#powerOnWhenTold());
    while (this.#isOn && this.#guardedStep());
  }

  #guardedStep(): boolean {
    const step = { didSomething: true };
    this.#guard(() => (step.didSomething = this.#step()));
    return step.didSomething;
  }

  #powerOnWhenTold(): void {
    const { panel } = this.#host;
    if (panel.order !== order.powerOn) return;
    panel.orderDone();
    panel.count("hardResets");
    this.#coldStart();
  }

  /** One byte. False: there is none. */
  #step(): boolean {
    const byte = this.#uart.readByte();
    if (byte === -2) return false;
    if (byte === -1) this.#interrupts().clear();
    // An interrupt that came too late for the code it was meant for is a Ctrl-C typed at the prompt.
    if (this.#repl.feed(byte === -1 ? 3 : byte)) this.#softReset();
    return true;
  }

  /** Does something, and obeys when the power goes or the reset button is pressed meanwhile. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      let event: Order | undefined = this.#eventOf(error);
      while (event !== undefined) {
        try {
          this.#obey(event);
          event = undefined;
        } catch (next) {
          event = this.#eventOf(next);
        }
      }
    }
  }

  /** A trap that nobody ordered is a crash, and the watchdog of the board resets it. */
  #eventOf(error: unknown): Order {
    if (error instanceof PowerEvent) return error.order;
    const given = this.#host.panel.order;
    if (given === order.powerOff || given === order.reset) return given;
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return order.reset;
  }

  #obey(event: Order): void {
    const { panel } = this.#host;
    panel.orderDone();
    panel.input.clear();
    if (event === order.powerOff) {
      this.#isOn = false;
      this.files.closeAll();
      this.#host.power("off");
      if (!this.#host.canSleep) return;
      this.#waitForPower();
    }
    panel.count("hardResets");
    this.#coldStart();
  }

  #waitForPower(): void {
    const { panel } = this.#host;
    for (;;) {
      const mark = panel.mark();
      if (panel.commands.length > 0) this.#host.serve(this);
      if (panel.order === order.powerOn) break;
      panel.sleep(mark);
    }
    panel.orderDone();
  }

  #coldStart(): void {
    this.#isOn = true;
    this.#repl.raw = false;
    this.#host.power("on");
    this.#boot();
  }

  #softReset(): void {
    this.#host.panel.count("softResets");
    this.#boot("MPY: soft reboot\r\n");
  }

  /** From the interpreter's first instruction to the prompt. */
  #boot(announcement: string = ""): void {
    const print = (text: string) => this.#uart.write(new TextEncoder().encode(text));
    let goodbye = announcement;
    do {
      print(goodbye);
      goodbye = "MPY: soft reboot\r\n";
      this.#startInterpreter();
    } while (this.#runStartFiles());
    this.#repl.start();
  }

  #startInterpreter(): void {
    this.files.closeAll();
    this.#image.restore();
    const { conditions, disk, memory } = this;
    const { panel } = this.#host;
    const interrupted = () => this.#interrupts().pending;
    this.#calls.attach({
      panel,
      uart: this.#uart,
      disk,
      fs: this.#interpreter.fs,
      memory,
      conditions,
      interrupted,
    });
    if (conditions.missingModules.length > 0)
      this.#interpreter.runPython(hideModules(conditions.missingModules));
  }

  /** True: one of them asked for a soft reset. */
  #runStartFiles(): boolean {
    if (this.files.has("/boot.py") && this.#repl.runFile("/boot.py")) return true;
    return !this.#repl.raw && this.files.has("/main.py") && this.#repl.runFile("/main.py");
  }
}

/** Follows the memory as it grows. */
function interruptsOf(memory: WebAssembly.Memory, words: InterruptWords): () => Interrupts {
  let buffer = memory.buffer;
  let interrupts = new Interrupts(buffer, words);
  return () => {
    if (memory.buffer !== buffer) {
      buffer = memory.buffer;
      interrupts = new Interrupts(buffer, words);
    }
    return interrupts;
  };
}

/**
 * Gives `sys.stdin.buffer` and its siblings file descriptors of their own: to the port, both are descriptor 0, and a
 * board treats text (line ends) and bytes differently. The objects are `{ type, fd }` (extmod/vfs_posix_file.c).
 */
function splitStandardStreams(interpreter: Interpreter): void {
  const words = new Int32Array(interpreter.memory.buffer);
  (["stdin", "stdout", "stderr"] as const).forEach((name, fd) => {
    const word = interpreter.evaluate(`id(__import__('sys').${name}.buffer)`) / 4 + 1;
    if (words[word] !== fd) throw new Error(`sys.${name}.buffer is not what it was`);
    words[word] = rawStreams[name];
  });
}

/** Imports are looked up in the firmware before the file system; the one way in front is `builtins.__import__`. */
function hideModules(names: readonly string[]): string {
  return `
def _hide(names):
    import builtins
    real = builtins.__import__
    def __import__(name, *args):
        if name in names:
            raise ImportError("no module named '%s'" % name)
        return real(name, *args)
    builtins.__import__ = __import__
_hide(${JSON.stringify(names.flatMap((name) => [name, `u${name}`]))})
del _hide
`;
}
