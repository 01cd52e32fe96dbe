// packages/core/src/errors.ts
var brand = /* @__PURE__ */ Symbol.for("upykit.UpyError");
var UpyError = class extends Error {
  name = "UpyError";
  /** What went wrong, for programs. */
  code;
  /** What the reader can do about it, where there is something. */
  hint;
  constructor(code, message, options = {}) {
    super(message, "cause" in options ? { cause: options.cause } : void 0);
    this.code = code;
    this.hint = options.hint;
    Object.defineProperty(this, brand, { value: true });
  }
  /** True for a UpyError of any copy of upykit (an ESM and a CJS copy recognise each other's). */
  static [Symbol.hasInstance](value) {
    return isUpyErrorOf(this, value);
  }
};
function isUpyErrorOf(type, value) {
  if (typeof value !== "object" || value === null) return false;
  if (type === UpyError) return brand in value;
  return Object.prototype.isPrototypeOf.call(type.prototype, value);
}

// packages/core/src/testing/faults.ts
var FaultCounter = class {
  #seen = 0;
  #faults = [];
  /** Bytes that have passed, dropped ones included. */
  get seen() {
    return this.#seen;
  }
  /** Adds a fault, counted from now. */
  inject(fault) {
    this.#faults.push({ position: this.#seen + fault.at, fault });
    this.#faults.sort((a, b) => a.position - b.position);
  }
  clear() {
    this.#faults = [];
  }
  /** Bytes until the next fault is due. */
  get untilNext() {
    return (this.#faults[0]?.position ?? Infinity) - this.#seen;
  }
  /** What becomes of a chunk. */
  *pass(chunk) {
    let rest = chunk;
    for (; ; ) {
      const next = this.#faults[0];
      const before = next === void 0 ? rest.length : Math.min(rest.length, next.position - this.#seen);
      if (before > 0) yield { bytes: rest.subarray(0, before) };
      this.#seen += before;
      rest = rest.subarray(before);
      if (next === void 0 || next.position > this.#seen) return;
      if (rest.length === 0 && needsBytes(next.fault)) return;
      this.#faults.shift();
      rest = yield* this.#apply(next.fault, rest);
    }
  }
  *#apply(fault, rest) {
    if (fault.type !== "drop" && fault.type !== "corrupt") {
      yield { fault };
      return rest;
    }
    const length = fault.length ?? 1;
    const hit = rest.slice(0, length);
    this.#seen += hit.length;
    if (hit.length < length) this.inject({ ...fault, at: 0, length: length - hit.length });
    if (fault.type === "corrupt") yield { bytes: hit.map((byte) => byte ^ (fault.xor ?? 32)) };
    return rest.subarray(hit.length);
  }
};
function needsBytes(fault) {
  return fault.type === "drop" || fault.type === "corrupt" || fault.type === "delay";
}

// packages/core/src/testing/board-faults.ts
var BoardFaults = class {
  #host;
  #counters = {
    "to-board": new FaultCounter(),
    "from-board": new FaultCounter()
  };
  /** What the link itself has to know. */
  #link = {};
  constructor(host) {
    this.#host = host;
  }
  /** Makes one thing go wrong. Several can wait at once; they count from when each was injected. */
  inject(fault) {
    if (fault.type === "flash-power-cut")
      void this.#host.ask({ type: "conditions", conditions: { flashOperationsLeft: fault.after } });
    else this.#counters[directionOf(fault)].inject(fault);
  }
  /** Sets conditions; those that are left out stay. Takes effect before the next byte that is sent to the board. */
  configure(conditions) {
    const { freeSpace, noise, receiveBuffer, ...board2 } = conditions;
    if (noise !== void 0) this.#link = { ...this.#link, noise };
    if (receiveBuffer !== void 0) this.#link = { ...this.#link, receiveBuffer };
    if (freeSpace !== void 0) void this.#host.ask({ type: "limit-free", bytes: freeSpace });
    if (Object.keys(board2).length > 0) void this.#host.ask({ type: "conditions", conditions: board2 });
  }
  /** Forgets the single faults that have not happened yet. */
  clear() {
    for (const counter of Object.values(this.#counters)) counter.clear();
    void this.#host.ask({ type: "conditions", conditions: { flashOperationsLeft: Infinity } });
  }
  /** For the link. */
  get counters() {
    return this.#counters;
  }
  /** For the link. */
  get linkConditions() {
    return this.#link;
  }
};
function directionOf(fault) {
  return "direction" in fault ? fault.direction : "to-board";
}

// packages/core/src/testing/engine/commands.ts
var headerSize = 8;
function encodeFrame(frame) {
  const text = new TextEncoder().encode(JSON.stringify({ id: frame.id, command: frame.command }));
  const bytes = new Uint8Array(headerSize + text.length + frame.payload.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, text.length, true);
  header.setUint32(4, frame.payload.length, true);
  bytes.set(text, headerSize);
  bytes.set(frame.payload, headerSize + text.length);
  return bytes;
}
function readFrame(ring, more) {
  const header = new DataView(take(ring, headerSize, more).buffer);
  const text = new TextDecoder().decode(take(ring, header.getUint32(0, true), more));
  const payload = take(ring, header.getUint32(4, true), more);
  return { ...JSON.parse(text), payload };
}
function take(ring, size, more) {
  const bytes = new Uint8Array(size);
  for (let at = ring.pull(bytes); at < size; at += ring.pull(bytes.subarray(at))) more();
  return bytes;
}
function execute(machine, frame) {
  try {
    return { id: frame.id, result: perform(machine, frame) };
  } catch (error) {
    const number = error.errno;
    return { id: frame.id, error: typeof number === "number" ? number : String(error) };
  }
}
function perform(machine, { command, payload }) {
  const { files, disk } = machine;
  switch (command.type) {
    case "walk":
      return files.walk(command.path);
    case "read":
      return files.read(command.path);
    case "has":
      return files.has(command.path);
    case "space":
      return { free: disk.freeBlocks * disk.blockSize, total: disk.totalBlocks * disk.blockSize };
    case "snapshot":
      return new Map(
        files.walk("/").map(({ path, type }) => [path, type === "file" ? files.read(path) : null])
      );
    case "restore":
      restore(files, command.entries, payload);
      disk.changed();
      return void 0;
    case "conditions":
      return configure(machine.conditions, command.conditions);
    case "limit-free":
      disk.limitFree(command.bytes);
      return void 0;
    default:
      files[command.type](command.path, payload);
      disk.changed();
      return void 0;
  }
}
function restore(files, entries, contents) {
  files.remove("/");
  let at = 0;
  for (const { path, size } of entries) {
    if (size === null) files.mkdir(path);
    else files.write(path, contents.slice(at, at + size));
    at += size ?? 0;
  }
}
function configure(conditions, changes) {
  const finite = Object.entries(changes).map(([key, value]) => [key, value ?? Infinity]);
  Object.assign(conditions, Object.fromEntries(finite));
  return void 0;
}

// packages/core/src/testing/engine/interrupts.ts
var nowhere = -16;
var tracebackDataWord = 2;
function findInterruptWords(interpreter) {
  const interruptChar = findInterruptChar(interpreter);
  const before = wordsOf(interpreter).slice();
  interpreter.exports["mp_sched_keyboard_interrupt"]?.();
  const after = wordsOf(interpreter);
  const changed = [];
  for (let i = 0; i < before.length; i++) {
    const value = after[i];
    if (value !== void 0 && value !== before[i] && !onStack(interpreter, i)) changed.push([i, value]);
  }
  const pending = changed.find(([word2, value]) => before[word2] === 0 && value > 1024);
  if (pending === void 0) throw new Error("this interpreter does not take interrupts");
  const clear = changed.map(([word2]) => [word2, before[word2] ?? 0]);
  for (const [word2, value] of clear) after[word2] = value;
  const traceback = [pending[1] / 4 + tracebackDataWord, 0];
  const rest = changed.filter((entry) => entry !== pending);
  return { interruptChar, pending: pending[0], raise: [traceback, pending, ...rest], clear };
}
function findInterruptChar(interpreter) {
  const holders = (value, among) => {
    interpreter.runPython(`import micropython; micropython.kbd_intr(${value}); del micropython`);
    const words = wordsOf(interpreter);
    if (among !== void 0) return among.filter((i) => words[i] === value);
    const found2 = [];
    for (let i = words.indexOf(value); i >= 0; i = words.indexOf(value, i + 1)) found2.push(i);
    return found2;
  };
  const candidates = holders(-1, holders(3947554, holders(5921297)));
  const found = candidates.find((i) => !onStack(interpreter, i));
  if (found === void 0) throw new Error("this interpreter has no interrupt character");
  return found;
}
function onStack(interpreter, word2) {
  const { emscripten_stack_get_end: end, emscripten_stack_get_base: base } = interpreter.exports;
  return word2 * 4 >= (end?.() ?? 0) && word2 * 4 < (base?.() ?? 0);
}
function wordsOf(interpreter) {
  return new Int32Array(interpreter.memory.buffer);
}
var Interrupts = class {
  #words;
  #at;
  constructor(memory, at) {
    this.#words = new Int32Array(memory);
    this.#at = at;
  }
  /** The byte that interrupts the code that runs now; -1 when none does. */
  get char() {
    return Atomics.load(this.#words, this.#at.interruptChar);
  }
  /** Whether an interrupt waits to be taken. */
  get pending() {
    return Atomics.load(this.#words, this.#at.pending) !== 0;
  }
  /** Raises KeyboardInterrupt in the code that runs. */
  raise() {
    this.#store(this.#at.raise);
  }
  /** Takes it back. */
  clear() {
    this.#store(this.#at.clear);
  }
  /** Makes the interpreter trap, out of any code. It cannot go on after that. */
  trap() {
    const pendingLast = this.#at.raise.map(
      ([word2, value]) => [word2, word2 === this.#at.pending ? nowhere : value]
    );
    this.#store(pendingLast);
  }
  #store(values) {
    for (const [word2, value] of values) Atomics.store(this.#words, word2, value);
  }
};

// packages/core/src/testing/engine/conditions.ts
function goodConditions() {
  return {
    rawPaste: "yes",
    rawPasteWindow: 128,
    missingModules: [],
    memoryLimit: Infinity,
    flashBytesPerSecond: Infinity,
    flashLatency: 0,
    flashOperationsLeft: Infinity
  };
}

// packages/core/src/testing/engine/disk.ts
var directoryType = 16384;
var typeMask = 61440;
function isDirectory(node) {
  return (node.mode & typeMask) === directoryType;
}
function sizeOf(node) {
  return node.usedBytes ?? 0;
}
function entriesOf(node) {
  return isDirectory(node) ? node.contents : {};
}
var Disk = class {
  blockSize;
  #fs;
  #totalBlocks;
  #usedBlocks;
  constructor(fs, options) {
    this.#fs = fs;
    this.blockSize = options.blockSize;
    this.#totalBlocks = Math.floor(options.size / options.blockSize);
  }
  get totalBlocks() {
    return this.#totalBlocks;
  }
  get freeBlocks() {
    this.#usedBlocks ??= this.#count(this.#root());
    return Math.max(0, this.#totalBlocks - this.#usedBlocks);
  }
  /** Leaves so many bytes free from now on, whatever the size was. */
  limitFree(bytes) {
    this.#usedBlocks = this.#count(this.#root());
    this.#totalBlocks = this.#usedBlocks + Math.floor(bytes / this.blockSize);
  }
  /** The tree changed in a way that was not announced with {@link grow}: count again when asked. */
  changed() {
    this.#usedBlocks = void 0;
  }
  /** True, and booked, when a file can go from one size to another. */
  grow(from, to) {
    const more = this.#blocks(to) - this.#blocks(from);
    if (more <= 0) return true;
    if (more > this.freeBlocks) return false;
    this.#usedBlocks = (this.#usedBlocks ?? 0) + more;
    return true;
  }
  #blocks(size) {
    return Math.ceil(size / this.blockSize);
  }
  #root() {
    return this.#fs.lookupPath("/").node;
  }
  #count(directory) {
    let blocks = 0;
    for (const node of Object.values(entriesOf(directory)))
      blocks += isDirectory(node) ? 1 + this.#count(node) : this.#blocks(sizeOf(node));
    return blocks;
  }
};

// packages/core/src/testing/engine/file-tree.ts
var FileTree = class {
  #fs;
  constructor(fs) {
    this.#fs = fs;
  }
  /** Removes what Emscripten starts with (/dev, /proc, /home, /tmp): a board has no such things. */
  clear() {
    for (const name of Object.keys(entriesOf(this.#node("/")))) this.#dissolve(`/${name}`);
  }
  /** Closes the files that code left open when the power went. */
  closeAll() {
    for (const stream of [...this.#fs.streams]) if (stream && stream.fd > 2) this.#fs.close(stream);
    this.#fs.chdir("/");
  }
  /** Everything below a directory, sorted by path. */
  walk(path) {
    const found = [];
    const visit = (directory, prefix) => {
      for (const [name, node] of Object.entries(entriesOf(directory))) {
        const type = isDirectory(node) ? "directory" : "file";
        found.push({ path: `${prefix}/${name}`, type, size: type === "file" ? sizeOf(node) : 0 });
        visit(node, `${prefix}/${name}`);
      }
    };
    visit(this.#node(path), path === "/" ? "" : path);
    return found.sort((a, b) => a.path < b.path ? -1 : 1);
  }
  read(path) {
    return this.#fs.readFile(path);
  }
  /** Writes a file, making its directories. */
  write(path, content) {
    const names = path.split("/").slice(1, -1);
    names.forEach((_, i) => this.mkdir(`/${names.slice(0, i + 1).join("/")}`));
    this.#fs.writeFile(path, content);
  }
  /** Makes a directory; fine when it is there. */
  mkdir(path) {
    if (!this.has(path)) this.#fs.mkdir(path);
  }
  /** Removes a file, or a directory with all that is in it; fine when it is not there. */
  remove(path) {
    if (!this.has(path)) return;
    const node = this.#node(path);
    if (!isDirectory(node)) return this.#fs.unlink(path);
    for (const name of Object.keys(entriesOf(node))) this.remove(`${path === "/" ? "" : path}/${name}`);
    if (path !== "/") this.#fs.rmdir(path);
  }
  /** Whether something is there. */
  has(path) {
    try {
      this.#node(path);
      return true;
    } catch {
      return false;
    }
  }
  #node(path) {
    return this.#fs.lookupPath(path).node;
  }
  // Devices and mount points cannot be removed one by one; without their parent's list they are not there.
  #dissolve(path) {
    const node = this.#node(path);
    if (isDirectory(node)) node.contents = {};
    if (isDirectory(node)) this.#fs.rmdir(path);
    else this.#fs.unlink(path);
  }
};

// packages/core/src/testing/engine/wasm-memory.ts
var memorySection = 5;
var flagsWithMaximum = 1;
var flagsSharedWithMaximum = 3;
var maximumPages = 4096;
function withSharedMemory(module) {
  const bytes = new Uint8Array(module);
  let at = 8;
  while (at < bytes.length) {
    const id = bytes[at];
    const size = readUnsigned(bytes, at + 1);
    if (id === memorySection) {
      shareLimits(bytes, readUnsigned(bytes, size.end).end);
      return bytes;
    }
    at = size.end + size.value;
  }
  throw new Error("this interpreter has no memory of its own");
}
function shareLimits(bytes, at) {
  if (bytes[at] !== flagsWithMaximum && bytes[at] !== flagsSharedWithMaximum)
    throw new Error("this interpreter's memory has no maximum");
  bytes[at] = flagsSharedWithMaximum;
  const minimum = readUnsigned(bytes, at + 1);
  const maximum = readUnsigned(bytes, minimum.end);
  if (maximum.value > maximumPages) writePadded(bytes, minimum.end, maximum.end, maximumPages);
}
function writePadded(bytes, start, end, value) {
  let rest = value;
  for (let at = start; at < end; at++) {
    bytes[at] = rest & 127 | (at < end - 1 ? 128 : 0);
    rest >>>= 7;
  }
  if (rest !== 0) throw new Error("no room for the maximum");
}
function readUnsigned(bytes, start) {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, end: at };
  }
}

// packages/core/src/testing/engine/interpreter.ts
async function loadInterpreter(options) {
  const { loadMicroPython } = await import(
    /* @vite-ignore */
    /* webpackIgnore: true */
    options.module
  );
  const captured = captureInstance(options);
  try {
    const loaded = await loadMicroPython({
      heapsize: options.heapSize,
      linebuffer: false,
      ...options.wasm === void 0 ? {} : { url: options.wasm },
      stdin: () => null,
      stdout: () => void 0,
      stderr: () => void 0
    });
    const exports = captured.exports();
    return {
      fs: loaded.FS,
      memory: exports["memory"],
      exports,
      runPython: (code) => loaded.runPython(code),
      evaluate(expression) {
        loaded.runPython(`_value = ${expression}`);
        const value = Number(loaded.globals.get("_value"));
        loaded.runPython("del _value");
        return value;
      }
    };
  } finally {
    captured.restore();
  }
}
function captureInstance(options) {
  const { instantiate, instantiateStreaming } = WebAssembly;
  let exports;
  const hooked = async (source, imports) => {
    const bytes = new Uint8Array("buffer" in source ? source.buffer.slice(0) : source.slice(0));
    for (const functions of new Set(Object.values(imports))) options.hook(functions);
    const result = await instantiate(options.shared ? withSharedMemory(bytes) : bytes, imports);
    exports = result.instance.exports;
    return result;
  };
  Object.assign(WebAssembly, {
    instantiate: hooked,
    instantiateStreaming: async (response, imports) => hooked(await (await response).arrayBuffer(), imports)
  });
  return {
    exports() {
      if (exports === void 0) throw new Error("the interpreter was not instantiated");
      return exports;
    },
    restore: () => Object.assign(WebAssembly, { instantiate, instantiateStreaming })
  };
}

// packages/core/src/testing/engine/memory-image.ts
var MemoryImage = class {
  #interpreter;
  #bytes;
  #stack;
  constructor(interpreter) {
    this.#interpreter = interpreter;
    const memory = new Uint8Array(interpreter.memory.buffer);
    this.#bytes = memory.slice(0, lastUsed(memory));
    this.#stack = interpreter.exports["emscripten_stack_get_current"]?.() ?? 0;
  }
  /** Puts the memory back. Nothing may run in the interpreter, and nothing that ran may go on. */
  restore() {
    const { memory, exports } = this.#interpreter;
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(this.#bytes);
    bytes.fill(0, this.#bytes.length);
    (exports["_emscripten_stack_restore"] ?? exports["stackRestore"])?.(this.#stack);
  }
};
function lastUsed(memory) {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  let at = words.length;
  while (at > 0 && words[at - 1] === 0) at--;
  return at * 4;
}

// packages/core/src/testing/engine/byte-ring.ts
var headerWords = 2;
var written = 0;
var taken = 1;
var ByteRing = class {
  #counters;
  #bytes;
  #mask;
  /** @param capacity - a power of two. */
  constructor(buffer, offset, capacity) {
    this.#counters = new Int32Array(buffer, offset, headerWords);
    this.#bytes = new Uint8Array(buffer, offset + headerWords * 4, capacity);
    this.#mask = capacity - 1;
  }
  /** Bytes that a ring of this capacity takes in a buffer. */
  static sizeOf(capacity) {
    return headerWords * 4 + capacity;
  }
  /** Bytes that wait to be pulled. */
  get length() {
    return Atomics.load(this.#counters, written) - Atomics.load(this.#counters, taken) | 0;
  }
  /** Bytes that can be pushed now. */
  get space() {
    return this.#mask + 1 - this.length;
  }
  /** Appends as much as fits, and says how much that was. */
  push(source) {
    const count = Math.min(source.length, this.space);
    const at = Atomics.load(this.#counters, written);
    const start = at & this.#mask;
    const head = Math.min(count, this.#bytes.length - start);
    this.#bytes.set(source.subarray(0, head), start);
    this.#bytes.set(source.subarray(head, count), 0);
    Atomics.store(this.#counters, written, at + count | 0);
    return count;
  }
  /** Takes as much as is there and fits into `target`, and says how much that was. */
  pull(target) {
    const count = Math.min(target.length, this.length);
    const at = Atomics.load(this.#counters, taken);
    const start = at & this.#mask;
    const head = Math.min(count, this.#bytes.length - start);
    target.set(this.#bytes.subarray(start, start + head));
    target.set(this.#bytes.subarray(0, count - head), head);
    Atomics.store(this.#counters, taken, at + count | 0);
    return count;
  }
  /** Takes one byte; -1 when there is none. */
  pullByte() {
    const at = Atomics.load(this.#counters, taken);
    if (Atomics.load(this.#counters, written) === at) return -1;
    const byte = this.#bytes[at & this.#mask] ?? -1;
    Atomics.store(this.#counters, taken, at + 1 | 0);
    return byte;
  }
  /** Forgets what waits to be pulled; for the pulling side. */
  clear() {
    Atomics.store(this.#counters, taken, Atomics.load(this.#counters, written));
  }
};

// packages/core/src/testing/engine/panel.ts
var word = {
  /** Counts what the host did; the board sleeps on it. */
  events: 0,
  /** What the board is told to do with its power; the host sets it, the board takes it back to none. */
  order: 1,
  /** 1 while an order is not yet fully given (the host is still writing into the interpreter's memory). */
  ordering: 2,
  /** 1 when the host was told of output and has not looked yet; both sides write it. */
  rung: 3,
  /** 1 when the host waits for room in the input ring; both sides write it. */
  wantsRoom: 4,
  softResets: 5,
  hardResets: 6,
  flashOperations: 7,
  flashBytes: 8
};
var wordCount = 16;
var order = {
  none: 0,
  reset: 1,
  powerOff: 2,
  resetWhenStarved: 3,
  powerOffWhenStarved: 4,
  powerOn: 5
};
var inputCapacity = 64 * 1024;
var outputCapacity = 256 * 1024;
var commandCapacity = 64 * 1024;
var Panel = class _Panel {
  buffer;
  /** Bytes to the board. */
  input;
  /** Bytes from the board. */
  output;
  /** Frames from the host for the board's maintenance (files, faults); not part of any link. */
  commands;
  #words;
  constructor(buffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, wordCount);
    let offset = wordCount * 4;
    this.input = new ByteRing(buffer, offset, inputCapacity);
    offset += ByteRing.sizeOf(inputCapacity);
    this.output = new ByteRing(buffer, offset, outputCapacity);
    offset += ByteRing.sizeOf(outputCapacity);
    this.commands = new ByteRing(buffer, offset, commandCapacity);
  }
  /** A new panel: in shared memory, or in plain memory for a board in the host's own thread. */
  static create(shared) {
    const size = wordCount * 4 + [inputCapacity, outputCapacity, commandCapacity].reduce((n, c) => n + ByteRing.sizeOf(c), 0);
    return new _Panel(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
  }
  /** Host: something changed that the board may be waiting for. */
  wake() {
    Atomics.add(this.#words, word.events, 1);
    Atomics.notify(this.#words, word.events);
  }
  /** Board: a mark to take before looking whether there is something to do, and to sleep on when there is not. */
  mark() {
    return Atomics.load(this.#words, word.events);
  }
  /** Board: sleeps until the host does something after `mark`, or for some milliseconds. Only in shared memory. */
  sleep(mark, milliseconds = Infinity) {
    Atomics.wait(this.#words, word.events, mark, milliseconds);
  }
  /** Board: true when the host has to be rung (it has not been since it last looked). */
  ring() {
    return Atomics.exchange(this.#words, word.rung, 1) === 0;
  }
  /** Host: about to look at the rings. */
  answer() {
    Atomics.store(this.#words, word.rung, 0);
  }
  /** Host: asks to be rung once there is room in the input ring. */
  askForRoom() {
    Atomics.store(this.#words, word.wantsRoom, 1);
  }
  /** Board: took input; true when the host waits for that. */
  madeRoom() {
    return Atomics.load(this.#words, word.wantsRoom) === 1 && Atomics.exchange(this.#words, word.wantsRoom, 0) === 1;
  }
  /** Board: the order given. It is complete when this returns something else than none. */
  get order() {
    const given = Atomics.load(this.#words, word.order);
    while (given !== order.none && Atomics.load(this.#words, word.ordering) !== 0) ;
    return given;
  }
  /** Host: gives an order; `meanwhile` may write into the interpreter's memory before the board acts on it. */
  give(what, meanwhile) {
    Atomics.store(this.#words, word.ordering, 1);
    Atomics.store(this.#words, word.order, what);
    meanwhile?.();
    Atomics.store(this.#words, word.ordering, 0);
    this.wake();
  }
  /** Board: the order was carried out. */
  orderDone() {
    Atomics.store(this.#words, word.order, order.none);
  }
  /** Board: counts. */
  count(what, by = 1) {
    Atomics.add(this.#words, word[what], by);
  }
  /** Host: the board's counters. */
  get counters() {
    const read = (what) => Atomics.load(this.#words, word[what]);
    return {
      softResets: read("softResets"),
      hardResets: read("hardResets"),
      flashOperations: read("flashOperations"),
      flashBytes: read("flashBytes")
    };
  }
};

// packages/core/src/testing/engine/repl-output.ts
var endOfOutput = 4;
var silence = { push: () => void 0 };
function skipping(count, next) {
  let left = count;
  return {
    push(bytes) {
      const rest = bytes.subarray(left);
      left = Math.max(0, left - bytes.length);
      if (rest.length > 0) next(rest);
    }
  };
}
function asFile(next) {
  let traceback;
  let ended = false;
  return skipping(2, (bytes) => {
    if (ended) return;
    const end = traceback === void 0 ? bytes.indexOf(endOfOutput) : 0;
    if (end < 0) return next(bytes);
    if (end > 0) next(bytes.subarray(0, end));
    traceback = (traceback ?? "") + String.fromCharCode(...bytes.subarray(end));
    const done = /^\x04([^\x04]*)\x04/.exec(traceback);
    ended = done !== null;
    if (done?.[1]) next(Uint8Array.from(withoutStarter(done[1]), (char) => char.charCodeAt(0)));
  });
}
function withoutStarter(traceback) {
  return traceback.replace(/ {2}File "<stdin>", line 1, in <module>\r\n/, "");
}
function overwriteLine(memory, code, isControl2) {
  const bytes = new Uint8Array(memory.buffer);
  const typed = code.map((byte) => isControl2(byte) ? 32 : byte);
  const first = typed[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (typed.every((byte, i) => bytes[at + i] === byte)) bytes.set(code, at);
  }
}

// packages/core/src/testing/engine/repl.ts
var ctrlA = 1;
var ctrlB = 2;
var ctrlC = 3;
var ctrlD = 4;
var ctrlE = 5;
var letterA = 65;
var rawBanner = "raw REPL; CTRL-B to exit\r\n>";
var Repl = class {
  #wiring;
  #feedChar;
  /** Whether it is in the raw REPL; kept over a soft reset. */
  raw = false;
  /** The first bytes of the line, as many as matter. */
  #line = [];
  #paste;
  constructor(wiring) {
    this.#wiring = wiring;
    const feed = wiring.interpreter.exports["mp_js_repl_process_char"];
    if (feed === void 0) throw new Error("this interpreter has no REPL");
    this.#feedChar = feed;
  }
  /** Starts the REPL after boot.py and main.py. */
  start() {
    this.#line = [];
    this.#paste = void 0;
    const { interpreter } = this.#wiring;
    if (!this.raw) {
      this.#filtered(
        (next) => skipping(2, next),
        () => interpreter.exports["mp_js_repl_init"]?.()
      );
      return;
    }
    this.#muted(() => {
      interpreter.exports["mp_js_repl_init"]?.();
      this.#feedChar(ctrlA);
    });
    this.#print(rawBanner);
  }
  /** Takes a byte that came while no code ran, and runs the code that it completes. True: a soft reset is due. */
  feed(byte) {
    if (this.#paste !== void 0) return this.#feedPaste(byte);
    if (this.raw && byte === ctrlA && this.#line.length === 2 && this.#line[0] === ctrlE && this.#line[1] === letterA)
      return this.#offerPaste();
    if (byte === ctrlA && !this.raw) return this.#enterRaw();
    if (byte === ctrlB) this.raw = false;
    if (byte <= ctrlD) this.#line = [];
    else if (this.#line.length < 3) this.#line.push(byte);
    return this.#feedChar(byte) !== 0;
  }
  /** Runs a file as a board runs boot.py and main.py. True: it asked for a soft reset. */
  runFile(path) {
    const name = JSON.stringify(path.slice(1));
    const code = `exec(compile(open(${JSON.stringify(path)}).read(),${name},'exec'))`;
    const { interpreter } = this.#wiring;
    this.#muted(() => {
      interpreter.exports["mp_js_repl_init"]?.();
      this.#feedChar(ctrlA);
      for (const byte of new TextEncoder().encode(code)) this.#feedChar(byte);
    });
    const reset = this.#filtered(asFile, () => this.#feedChar(ctrlD) !== 0);
    if (!reset) this.#muted(() => this.#feedChar(ctrlB));
    return reset;
  }
  #output(bytes) {
    this.#wiring.calls.output(bytes);
  }
  // Ctrl-A goes to raw only on an empty line; what the port prints tells.
  #enterRaw() {
    let printed = "";
    const { calls } = this.#wiring;
    const output = calls.output;
    calls.output = (bytes) => {
      printed += String.fromCharCode(...bytes);
      output(bytes);
    };
    const reset = this.#feedChar(ctrlA) !== 0;
    calls.output = output;
    this.raw = printed.endsWith(rawBanner);
    this.#line = [];
    return reset;
  }
  #offerPaste() {
    const { rawPaste, rawPasteWindow: window } = this.#wiring.conditions;
    this.#line = [];
    this.#feedChar(ctrlC);
    if (rawPaste === "unknown") return this.#feedChar(ctrlA) !== 0;
    if (rawPaste === "refused") {
      this.#print("R\0>");
      return false;
    }
    this.#paste = { code: [], left: window };
    this.#print(`R${String.fromCharCode(window & 255, window >> 8)}`);
    return false;
  }
  #feedPaste(byte) {
    const paste = this.#paste;
    if (paste === void 0) return false;
    if (byte === ctrlC || byte === ctrlD) {
      this.#paste = void 0;
      this.#print("");
      return this.#run(byte === ctrlC ? "raise KeyboardInterrupt" : paste.code);
    }
    paste.code.push(byte);
    if (--paste.left === 0) {
      this.#print("");
      paste.left = this.#wiring.conditions.rawPasteWindow;
    }
    return false;
  }
  /** Runs code in the raw REPL without its "OK": the rest of the answer is that of raw paste. */
  #run(source) {
    const code = typeof source === "string" ? [...new TextEncoder().encode(source)] : source;
    this.#type(code.length === 0 ? [35] : code);
    return this.#filtered(
      (next) => skipping(2, next),
      () => this.#feedChar(ctrlD) !== 0
    );
  }
  /** Enters code into the raw REPL's line. Control characters, which raw paste lets through, are put in afterwards. */
  #type(code) {
    for (const byte of code) this.#feedChar(isControl(byte) ? 32 : byte);
    if (code.some(isControl)) overwriteLine(this.#wiring.interpreter.memory, code, isControl);
  }
  #filtered(filter, action) {
    const { calls } = this.#wiring;
    const output = calls.output;
    const inner = filter(output);
    calls.output = (bytes) => inner.push(bytes);
    try {
      return action();
    } finally {
      calls.output = output;
    }
  }
  #muted(action) {
    this.#filtered(() => silence, action);
  }
  #print(text) {
    this.#output(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  }
};
function isControl(byte) {
  return byte === ctrlA || byte === ctrlB;
}

// packages/core/src/testing/engine/errno.ts
var errno = { EAGAIN: 11, EINVAL: 22, ENOSPC: 28, ESPIPE: 29 };
var wasiEintr = 27;
var fromWasi = {
  2: 13,
  // EACCES
  6: 11,
  // EAGAIN
  8: 9,
  // EBADF
  10: 16,
  // EBUSY
  20: 17,
  // EEXIST
  28: 22,
  // EINVAL
  29: 5,
  // EIO
  31: 21,
  // EISDIR
  32: 40,
  // ELOOP
  33: 24,
  // EMFILE
  37: 36,
  // ENAMETOOLONG
  43: 19,
  // ENODEV
  44: 2,
  // ENOENT
  48: 12,
  // ENOMEM
  51: 28,
  // ENOSPC
  52: 38,
  // ENOSYS
  54: 20,
  // ENOTDIR
  55: 39,
  // ENOTEMPTY
  63: 1,
  // EPERM
  69: 30,
  // EROFS
  70: 29,
  // ESPIPE
  75: 18
  // EXDEV
};
function fromWasiErrno(number) {
  return fromWasi[number] ?? number;
}

// packages/core/src/testing/engine/uart.ts
var PowerEvent = class {
  order;
  constructor(what) {
    this.order = what;
  }
};
var Uart = class {
  #panel;
  #wiring;
  /** Output is thrown away while this is set. */
  muted = false;
  constructor(panel2, wiring) {
    this.#panel = panel2;
    this.#wiring = wiring;
  }
  /** Bytes that can be read without waiting. */
  get available() {
    this.attend();
    return this.#panel.input.length;
  }
  /** Writes all of it, waiting for room while the host does not read. */
  write(bytes) {
    if (this.muted) return;
    for (let rest = bytes; ; ) {
      const mark = this.#panel.mark();
      rest = rest.subarray(this.#panel.output.push(rest));
      if (this.#panel.ring()) this.#wiring.ringHost();
      if (rest.length === 0) return;
      this.#sleep(mark);
    }
  }
  /** Reads at least one byte; -1 when Ctrl-C came while it waited, 0 when it would have to wait and cannot. */
  read(target) {
    if (target.length === 0) return 0;
    for (; ; ) {
      const mark = this.#panel.mark();
      this.attend();
      const count = this.#panel.input.pull(target);
      if (count > 0) return this.#tookSome(count);
      if (this.#wiring.interrupted()) return -1;
      if (!this.#wiring.canSleep) return 0;
      this.#starve();
      this.#panel.sleep(mark);
    }
  }
  /** Reads a byte while no code runs; -1 as in {@link read}, -2 when it would have to wait and cannot. */
  readByte() {
    for (; ; ) {
      const mark = this.#panel.mark();
      this.attend();
      if (this.#wiring.interrupted()) return -1;
      const byte = this.#panel.input.pullByte();
      if (byte >= 0) return this.#tookSome(byte);
      this.#starve();
      if (!this.#wiring.canSleep) return -2;
      this.#panel.sleep(mark);
    }
  }
  /** Code on the board passes time: sleeps until something happens, at most so long. */
  pause(milliseconds) {
    if (!this.#wiring.canSleep) return;
    const mark = this.#panel.mark();
    this.attend();
    if (this.#panel.input.length === 0) this.#starve();
    if (!this.#wiring.interrupted()) this.#panel.sleep(mark, milliseconds);
  }
  /** The board is busy with something else, like its flash, for some milliseconds. */
  busy(milliseconds) {
    if (!this.#wiring.canSleep) return;
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) {
      const mark = this.#panel.mark();
      this.attend();
      this.#panel.sleep(mark, left);
    }
  }
  /** Does what the host asks, and obeys its orders. @throws {@link PowerEvent} */
  attend() {
    if (this.#panel.commands.length > 0) this.#wiring.serve();
    const given = this.#panel.order;
    if (given === order.reset || given === order.powerOff) throw new PowerEvent(given);
  }
  #tookSome(result) {
    if (this.#panel.input.space > this.#panel.input.length && this.#panel.madeRoom() && this.#panel.ring())
      this.#wiring.ringHost();
    return result;
  }
  #starve() {
    const given = this.#panel.order;
    if (given === order.resetWhenStarved) throw new PowerEvent(order.reset);
    if (given === order.powerOffWhenStarved) throw new PowerEvent(order.powerOff);
  }
  #sleep(mark) {
    this.attend();
    if (this.#wiring.canSleep) this.#panel.sleep(mark);
  }
};

// packages/core/src/testing/engine/system-calls.ts
var rawStreams = { stdin: 100, stdout: 101, stderr: 102 };
var pollIn = 1;
var pollOut = 4;
var openCreates = 64;
var openTruncates = 512;
var openAppends = 1024;
var newline = 10;
var carriageReturn = 13;
var idleReads = 50;
var clockJump = 805306368;
var SystemCalls = class {
  #parts;
  #bytes = new Uint8Array();
  #words = new DataView(this.#bytes.buffer);
  #lastByte = 0;
  #lastTick = 0;
  #sameTick = 0;
  #jump = 0;
  /** Where the standard output goes; the REPL puts itself in between. */
  output = () => void 0;
  /** Starts to answer; until then, calls go to Emscripten. */
  attach(parts) {
    this.#parts = parts;
    this.output = (bytes) => parts.uart.write(bytes);
  }
  /** Wraps the imports; done before the module is instantiated. */
  hook(imports) {
    for (const [name, original] of Object.entries(imports)) {
      if (typeof original !== "function") continue;
      const wrapped = this.#wrap(name, original);
      if (wrapped !== void 0)
        imports[name] = (...args) => this.#parts ? wrapped(...args) : original(...args);
    }
  }
  #wrap(name, original) {
    switch (name) {
      case "fd_read":
        return (fd, iovs, count, done) => this.#read(original, fd, iovs, count, done);
      case "fd_write":
        return (fd, iovs, count, done) => this.#write(original, fd, iovs, count, done);
      case "fd_seek":
        return (fd, ...rest) => isStandard(fd) ? errno.ESPIPE : positive(original(fd, ...rest));
      case "fd_sync":
      case "fd_close":
        return (fd) => isStandard(fd) ? 0 : positive(original(fd));
      case "mp_js_ticks_ms":
        return () => this.#ticks(original);
      case "emscripten_resize_heap":
        return (size) => size >>> 0 > this.#on.conditions.memoryLimit ? 0 : original(size);
      default:
        return name.startsWith("__syscall_") ? this.#wrapPathCall(name, original) : void 0;
    }
  }
  #wrapPathCall(name, original) {
    const call = (...args) => negative(original(...args));
    switch (name) {
      case "__syscall_poll":
      case "__syscall_poll_nonblocking":
        return (fds, ...rest) => this.#poll(fds) ?? call(fds, ...rest);
      case "__syscall_statfs64":
        return (path, size, buffer) => this.#statfs(call(path, size, buffer), size, buffer);
      case "__syscall_openat":
        return (...args) => {
          const flags = args[2] ?? 0;
          return flags & (openCreates | openTruncates) ? this.#change(call, args) : call(...args);
        };
      case "__syscall_mkdirat":
        return (...args) => this.#on.disk.freeBlocks > 0 ? this.#change(call, args) : -errno.ENOSPC;
      case "__syscall_unlinkat":
      case "__syscall_renameat":
      case "__syscall_rmdir":
        return (...args) => this.#change(call, args);
      default:
        return call;
    }
  }
  get #on() {
    if (this.#parts === void 0) throw new Error("not attached");
    return this.#parts;
  }
  // Memory grows, and is then another buffer.
  #refresh() {
    const { buffer } = this.#on.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new DataView(buffer);
  }
  #vector(iovs) {
    const start = this.#words.getUint32(iovs, true);
    return this.#bytes.subarray(start, start + this.#words.getUint32(iovs + 4, true));
  }
  #read(original, fd, iovs, count, done) {
    if (fd !== 0 && fd !== rawStreams.stdin) return positive(original(fd, iovs, count, done));
    this.#refresh();
    const target = this.#vector(iovs).length > 0 ? this.#vector(iovs) : this.#vector(iovs + 8);
    const got = this.#on.uart.read(target);
    if (got < 0) return wasiEintr;
    if (got === 0 && target.length > 0) return errno.EAGAIN;
    if (fd === 0) linesOf(target.subarray(0, got));
    this.#words.setUint32(done, got, true);
    return 0;
  }
  #write(original, fd, iovs, count, done) {
    this.#refresh();
    let size = 0;
    for (let i = 0; i < count; i++) size += this.#vector(iovs + 8 * i).length;
    if (!isStandard(fd)) return this.#writeFile(original, size, fd, iovs, count, done);
    for (let i = 0; i < count; i++) this.#print(this.#vector(iovs + 8 * i), fd < rawStreams.stdin);
    this.#words.setUint32(done, size, true);
    return 0;
  }
  /** Text goes out with CR LF, as sys_stdio_mphal.c does on boards; what the REPL prints has them already. */
  #print(bytes, isText) {
    let from = 0;
    for (let at = isText ? bytes.indexOf(newline) : -1; at >= 0; at = bytes.indexOf(newline, at + 1)) {
      if ((at === 0 ? this.#lastByte : bytes[at - 1]) === carriageReturn) continue;
      if (at > from) this.output(bytes.subarray(from, at));
      this.output(Uint8Array.of(carriageReturn));
      from = at;
    }
    if (bytes.length > from) this.output(bytes.subarray(from));
    this.#lastByte = bytes[bytes.length - 1] ?? this.#lastByte;
  }
  #writeFile(original, size, ...args) {
    const { disk, fs, panel: panel2 } = this.#on;
    const stream = fs.streams[args[0] ?? -1];
    this.#beforeChange();
    if (stream) {
      const before = sizeOf(stream.node);
      const start = stream.flags & openAppends ? before : stream.position;
      if (!disk.grow(before, Math.max(before, start + size))) return errno.ENOSPC;
    }
    const result = positive(original(...args));
    if (result === 0) panel2.count("flashBytes", size);
    this.#afterChange(size);
    return result;
  }
  #change(call, args) {
    this.#beforeChange();
    const result = call(...args);
    this.#on.disk.changed();
    this.#afterChange(0);
    return result;
  }
  #beforeChange() {
    const { conditions, panel: panel2 } = this.#on;
    if (conditions.flashOperationsLeft-- <= 0) {
      conditions.flashOperationsLeft = Infinity;
      throw new PowerEvent(order.powerOff);
    }
    panel2.count("flashOperations");
  }
  #afterChange(size) {
    const { conditions, uart } = this.#on;
    const busy2 = conditions.flashLatency + size * 1e3 / conditions.flashBytesPerSecond;
    if (busy2 > 0) uart.busy(busy2);
  }
  #poll(fds) {
    this.#refresh();
    const fd = this.#words.getInt32(fds, true);
    if (!isStandard(fd)) return null;
    const wanted = this.#words.getInt16(fds + 4, true);
    const isInput = fd === 0 || fd === rawStreams.stdin;
    const ready = isInput ? this.#on.uart.available > 0 ? pollIn : 0 : pollOut;
    this.#words.setInt16(fds + 6, wanted & ready, true);
    return wanted & ready ? 1 : 0;
  }
  /** Emscripten makes the numbers up. Layout of `struct statfs`: 64 bytes with 32-bit counts, 88 with 64-bit ones (from 1.27). */
  #statfs(result, size, buffer) {
    if (result !== 0) return result;
    this.#refresh();
    const { disk } = this.#on;
    const put = (index, value) => size === 88 ? this.#words.setBigUint64(buffer + 8 + 8 * index, BigInt(value), true) : this.#words.setUint32(buffer + 8 + 4 * index, value, true);
    this.#words.setUint32(buffer + 4, disk.blockSize, true);
    this.#words.setUint32(buffer + (size === 88 ? 60 : 40), disk.blockSize, true);
    put(0, disk.totalBlocks);
    put(1, disk.freeBlocks);
    put(2, disk.freeBlocks);
    return 0;
  }
  /**
   * The port waits by reading the clock in a loop (mp_hal_delay_ms, poll). Code that does so is put to sleep; and when
   * Ctrl-C came, the clock jumps with every read, which ends the loop, so that the interpreter gets to see the interrupt.
   */
  #ticks(original) {
    const now = original();
    if (this.#on.interrupted()) return now + (this.#jump += clockJump) | 0;
    this.#jump = 0;
    if (now !== this.#lastTick) {
      this.#lastTick = now;
      this.#sameTick = 0;
    } else if (++this.#sameTick > idleReads) this.#on.uart.pause(1);
    return now;
  }
};
function isStandard(fd) {
  return fd >= 0 && fd <= 2 || fd >= rawStreams.stdin && fd <= rawStreams.stderr;
}
function positive(result) {
  return result > 0 ? fromWasiErrno(result) : result;
}
function negative(result) {
  return result < 0 ? -fromWasiErrno(-result) : result;
}
function linesOf(bytes) {
  for (let at = bytes.indexOf(carriageReturn); at >= 0; at = bytes.indexOf(carriageReturn, at))
    bytes[at] = newline;
}

// packages/core/src/testing/engine/machine.ts
var Machine = class _Machine {
  files;
  disk;
  conditions;
  interruptWords;
  memory;
  #host;
  #interpreter;
  #calls;
  #image;
  #interrupts;
  #uart;
  #repl;
  #isOn = false;
  constructor(interpreter, calls, options, host) {
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
      interrupted: () => this.#interrupts().pending
    });
    this.#repl = new Repl({ interpreter, conditions: this.conditions, calls });
  }
  /** Loads the interpreter and puts the board together; the power is still off. */
  static async create(options, host) {
    const calls = new SystemCalls();
    const interpreter = await loadInterpreter({
      module: options.module,
      wasm: options.wasm,
      heapSize: options.heapSize,
      shared: host.canSleep,
      hook: (imports) => calls.hook(imports)
    });
    return new _Machine(interpreter, calls, options, host);
  }
  /** Runs for ever, in a thread that can sleep. */
  run() {
    this.#guard(() => this.#coldStart());
    for (; ; ) this.#guard(() => this.#step());
  }
  /** Switches on, in a thread that cannot sleep. */
  start() {
    this.#guard(() => this.#coldStart());
  }
  /** Runs until all input is consumed, in a thread that cannot sleep. */
  pump() {
    let more = true;
    while (more && this.#isOn) this.#guard(() => more = this.#step());
  }
  /** One byte. False: there is none. */
  #step() {
    const byte = this.#uart.readByte();
    if (byte === -2) return false;
    if (byte === -1) this.#interrupts().clear();
    if (this.#repl.feed(byte === -1 ? 3 : byte)) this.#softReset();
    return true;
  }
  /** Does something, and obeys when the power goes or the reset button is pressed meanwhile. */
  #guard(action) {
    try {
      action();
    } catch (error) {
      let event = this.#eventOf(error);
      while (event !== void 0) {
        try {
          this.#obey(event);
          event = void 0;
        } catch (next) {
          event = this.#eventOf(next);
        }
      }
    }
  }
  /** A trap that nobody ordered is a crash, and the watchdog of the board resets it. */
  #eventOf(error) {
    if (error instanceof PowerEvent) return error.order;
    const given = this.#host.panel.order;
    if (given === order.powerOff || given === order.reset) return given;
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return order.reset;
  }
  #obey(event) {
    const { panel: panel2 } = this.#host;
    panel2.orderDone();
    panel2.input.clear();
    if (event === order.powerOff) {
      this.#isOn = false;
      this.files.closeAll();
      this.#host.power("off");
      if (!this.#host.canSleep) return;
      this.#waitForPower();
    }
    panel2.count("hardResets");
    this.#coldStart();
  }
  #waitForPower() {
    const { panel: panel2 } = this.#host;
    for (; ; ) {
      const mark = panel2.mark();
      if (panel2.commands.length > 0) this.#host.serve(this);
      if (panel2.order === order.powerOn) break;
      panel2.sleep(mark);
    }
    panel2.orderDone();
  }
  #coldStart() {
    this.#isOn = true;
    this.#repl.raw = false;
    this.#host.power("on");
    this.#boot();
  }
  #softReset() {
    this.#host.panel.count("softResets");
    this.#boot("MPY: soft reboot\r\n");
  }
  /** From the interpreter's first instruction to the prompt. */
  #boot(announcement = "") {
    const print = (text) => this.#uart.write(new TextEncoder().encode(text));
    let goodbye = announcement;
    do {
      print(goodbye);
      goodbye = "MPY: soft reboot\r\n";
      this.#startInterpreter();
    } while (this.#runStartFiles());
    this.#repl.start();
  }
  #startInterpreter() {
    this.files.closeAll();
    this.#image.restore();
    const { conditions, disk, memory } = this;
    const { panel: panel2 } = this.#host;
    const interrupted = () => this.#interrupts().pending;
    this.#calls.attach({
      panel: panel2,
      uart: this.#uart,
      disk,
      fs: this.#interpreter.fs,
      memory,
      conditions,
      interrupted
    });
    if (conditions.missingModules.length > 0)
      this.#interpreter.runPython(hideModules(conditions.missingModules));
  }
  /** True: one of them asked for a soft reset. */
  #runStartFiles() {
    if (this.files.has("/boot.py") && this.#repl.runFile("/boot.py")) return true;
    return !this.#repl.raw && this.files.has("/main.py") && this.#repl.runFile("/main.py");
  }
};
function interruptsOf(memory, words) {
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
function splitStandardStreams(interpreter) {
  const words = new Int32Array(interpreter.memory.buffer);
  ["stdin", "stdout", "stderr"].forEach((name, fd) => {
    const word2 = interpreter.evaluate(`id(__import__('sys').${name}.buffer)`) / 4 + 1;
    if (words[word2] !== fd) throw new Error(`sys.${name}.buffer is not what it was`);
    words[word2] = rawStreams[name];
  });
}
function hideModules(names) {
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

// packages/core/src/testing/generated/board-worker.ts
var boardWorkerSource = '(()=>{function G(s,e){let t=new DataView(R(s,8,e).buffer),r=new TextDecoder().decode(R(s,t.getUint32(0,!0),e)),n=R(s,t.getUint32(4,!0),e);return{...JSON.parse(r),payload:n}}function R(s,e,t){let r=new Uint8Array(e);for(let n=s.pull(r);n<e;n+=s.pull(r.subarray(n)))t();return r}function Y(s,e){try{return{id:e.id,result:ae(s,e)}}catch(t){let r=t.errno;return{id:e.id,error:typeof r=="number"?r:String(t)}}}function ae(s,{command:e,payload:t}){let{files:r,disk:n}=s;switch(e.type){case"walk":return r.walk(e.path);case"read":return r.read(e.path);case"has":return r.has(e.path);case"space":return{free:n.freeBlocks*n.blockSize,total:n.totalBlocks*n.blockSize};case"snapshot":return new Map(r.walk("/").map(({path:i,type:o})=>[i,o==="file"?r.read(i):null]));case"restore":de(r,e.entries,t),n.changed();return;case"conditions":return ue(s.conditions,e.conditions);case"limit-free":n.limitFree(e.bytes);return;default:r[e.type](e.path,t),n.changed();return}}function de(s,e,t){s.remove("/");let r=0;for(let{path:n,size:i}of e)i===null?s.mkdir(n):s.write(n,t.slice(r,r+i)),r+=i??0}function ue(s,e){let t=Object.entries(e).map(([r,n])=>[r,n??1/0]);Object.assign(s,Object.fromEntries(t))}function K(){return{rawPaste:"yes",rawPasteWindow:128,missingModules:[],memoryLimit:1/0,flashBytesPerSecond:1/0,flashLatency:0,flashOperationsLeft:1/0}}function p(s){return(s.mode&61440)===16384}function g(s){return s.usedBytes??0}function w(s){return p(s)?s.contents:{}}var A=class{blockSize;#e;#t;#r;constructor(e,t){this.#e=e,this.blockSize=t.blockSize,this.#t=Math.floor(t.size/t.blockSize)}get totalBlocks(){return this.#t}get freeBlocks(){return this.#r??=this.#o(this.#i()),Math.max(0,this.#t-this.#r)}limitFree(e){this.#r=this.#o(this.#i()),this.#t=this.#r+Math.floor(e/this.blockSize)}changed(){this.#r=void 0}grow(e,t){let r=this.#n(t)-this.#n(e);return r<=0?!0:r>this.freeBlocks?!1:(this.#r=(this.#r??0)+r,!0)}#n(e){return Math.ceil(e/this.blockSize)}#i(){return this.#e.lookupPath("/").node}#o(e){let t=0;for(let r of Object.values(w(e)))t+=p(r)?1+this.#o(r):this.#n(g(r));return t}};var x=class{#e;constructor(e){this.#e=e}clear(){for(let e of Object.keys(w(this.#t("/"))))this.#r(`/${e}`)}closeAll(){for(let e of[...this.#e.streams])e&&e.fd>2&&this.#e.close(e);this.#e.chdir("/")}walk(e){let t=[],r=(n,i)=>{for(let[o,a]of Object.entries(w(n))){let u=p(a)?"directory":"file";t.push({path:`${i}/${o}`,type:u,size:u==="file"?g(a):0}),r(a,`${i}/${o}`)}};return r(this.#t(e),e==="/"?"":e),t.sort((n,i)=>n.path<i.path?-1:1)}read(e){return this.#e.readFile(e)}write(e,t){let r=e.split("/").slice(1,-1);r.forEach((n,i)=>this.mkdir(`/${r.slice(0,i+1).join("/")}`)),this.#e.writeFile(e,t)}mkdir(e){this.has(e)||this.#e.mkdir(e)}remove(e){if(!this.has(e))return;let t=this.#t(e);if(!p(t))return this.#e.unlink(e);for(let r of Object.keys(w(t)))this.remove(`${e==="/"?"":e}/${r}`);e!=="/"&&this.#e.rmdir(e)}has(e){try{return this.#t(e),!0}catch{return!1}}#t(e){return this.#e.lookupPath(e).node}#r(e){let t=this.#t(e);p(t)&&(t.contents={}),p(t)?this.#e.rmdir(e):this.#e.unlink(e)}};function q(s){let e=le(s),t=z(s).slice();s.exports.mp_sched_keyboard_interrupt?.();let r=z(s),n=[];for(let d=0;d<t.length;d++){let h=r[d];h!==void 0&&h!==t[d]&&!Q(s,d)&&n.push([d,h])}let i=n.find(([d,h])=>t[d]===0&&h>1024);if(i===void 0)throw new Error("this interpreter does not take interrupts");let o=n.map(([d])=>[d,t[d]??0]);for(let[d,h]of o)r[d]=h;let a=[i[1]/4+2,0],u=n.filter(d=>d!==i);return{interruptChar:e,pending:i[0],raise:[a,i,...u],clear:o}}function le(s){let e=(n,i)=>{s.runPython(`import micropython; micropython.kbd_intr(${n}); del micropython`);let o=z(s);if(i!==void 0)return i.filter(u=>o[u]===n);let a=[];for(let u=o.indexOf(n);u>=0;u=o.indexOf(n,u+1))a.push(u);return a},r=e(-1,e(3947554,e(5921297))).find(n=>!Q(s,n));if(r===void 0)throw new Error("this interpreter has no interrupt character");return r}function Q(s,e){let{emscripten_stack_get_end:t,emscripten_stack_get_base:r}=s.exports;return e*4>=(t?.()??0)&&e*4<(r?.()??0)}function z(s){return new Int32Array(s.memory.buffer)}var k=class{#e;#t;constructor(e,t){this.#e=new Int32Array(e),this.#t=t}get char(){return Atomics.load(this.#e,this.#t.interruptChar)}get pending(){return Atomics.load(this.#e,this.#t.pending)!==0}raise(){this.#r(this.#t.raise)}clear(){this.#r(this.#t.clear)}trap(){let e=this.#t.raise.map(([t,r])=>[t,t===this.#t.pending?-16:r]);this.#r(e)}#r(e){for(let[t,r]of e)Atomics.store(this.#e,t,r)}};function X(s){let e=new Uint8Array(s),t=8;for(;t<e.length;){let r=e[t],n=S(e,t+1);if(r===5)return ce(e,S(e,n.end).end),e;t=n.end+n.value}throw new Error("this interpreter has no memory of its own")}function ce(s,e){if(s[e]!==1&&s[e]!==3)throw new Error("this interpreter\'s memory has no maximum");s[e]=3;let t=S(s,e+1),r=S(s,t.end);r.value>4096&&he(s,t.end,r.end,4096)}function he(s,e,t,r){let n=r;for(let i=e;i<t;i++)s[i]=n&127|(i<t-1?128:0),n>>>=7;if(n!==0)throw new Error("no room for the maximum")}function S(s,e){let t=0,r=e;for(let n=0;;n+=7){let i=s[r++]??0;if(t+=(i&127)*2**n,i<128)return{value:t,end:r}}}async function Z(s){let{loadMicroPython:e}=await import(s.module),t=me(s);try{let r=await e({heapsize:s.heapSize,linebuffer:!1,...s.wasm===void 0?{}:{url:s.wasm},stdin:()=>null,stdout:()=>{},stderr:()=>{}}),n=t.exports();return{fs:r.FS,memory:n.memory,exports:n,runPython:i=>r.runPython(i),evaluate(i){r.runPython(`_value = ${i}`);let o=Number(r.globals.get("_value"));return r.runPython("del _value"),o}}}finally{t.restore()}}function me(s){let{instantiate:e,instantiateStreaming:t}=WebAssembly,r,n=async(i,o)=>{let a=new Uint8Array("buffer"in i?i.buffer.slice(0):i.slice(0));for(let d of new Set(Object.values(o)))s.hook(d);let u=await e(s.shared?X(a):a,o);return r=u.instance.exports,u};return Object.assign(WebAssembly,{instantiate:n,instantiateStreaming:async(i,o)=>n(await(await i).arrayBuffer(),o)}),{exports(){if(r===void 0)throw new Error("the interpreter was not instantiated");return r},restore:()=>Object.assign(WebAssembly,{instantiate:e,instantiateStreaming:t})}}var O=class{#e;#t;#r;constructor(e){this.#e=e;let t=new Uint8Array(e.memory.buffer);this.#t=t.slice(0,fe(t)),this.#r=e.exports.emscripten_stack_get_current?.()??0}restore(){let{memory:e,exports:t}=this.#e,r=new Uint8Array(e.buffer);r.set(this.#t),r.fill(0,this.#t.length),(t._emscripten_stack_restore??t.stackRestore)?.(this.#r)}};function fe(s){let e=new Uint32Array(s.buffer,s.byteOffset,s.length>>2),t=e.length;for(;t>0&&e[t-1]===0;)t--;return t*4}var m=class{#e;#t;#r;constructor(e,t,r){this.#e=new Int32Array(e,t,2),this.#t=new Uint8Array(e,t+8,r),this.#r=r-1}static sizeOf(e){return 8+e}get length(){return Atomics.load(this.#e,0)-Atomics.load(this.#e,1)|0}get space(){return this.#r+1-this.length}push(e){let t=Math.min(e.length,this.space),r=Atomics.load(this.#e,0),n=r&this.#r,i=Math.min(t,this.#t.length-n);return this.#t.set(e.subarray(0,i),n),this.#t.set(e.subarray(i,t),0),Atomics.store(this.#e,0,r+t|0),t}pull(e){let t=Math.min(e.length,this.length),r=Atomics.load(this.#e,1),n=r&this.#r,i=Math.min(t,this.#t.length-n);return e.set(this.#t.subarray(n,n+i)),e.set(this.#t.subarray(0,t-i),i),Atomics.store(this.#e,1,r+t|0),t}pullByte(){let e=Atomics.load(this.#e,1);if(Atomics.load(this.#e,0)===e)return-1;let t=this.#t[e&this.#r]??-1;return Atomics.store(this.#e,1,e+1|0),t}clear(){Atomics.store(this.#e,1,Atomics.load(this.#e,0))}};var l={events:0,order:1,ordering:2,rung:3,wantsRoom:4,softResets:5,hardResets:6,flashOperations:7,flashBytes:8},j=16,c={none:0,reset:1,powerOff:2,resetWhenStarved:3,powerOffWhenStarved:4,powerOn:5},T=64*1024,L=256*1024,ee=64*1024,_=class s{buffer;input;output;commands;#e;constructor(e){this.buffer=e,this.#e=new Int32Array(e,0,j);let t=j*4;this.input=new m(e,t,T),t+=m.sizeOf(T),this.output=new m(e,t,L),t+=m.sizeOf(L),this.commands=new m(e,t,ee)}static create(e){let t=j*4+[T,L,ee].reduce((r,n)=>r+m.sizeOf(n),0);return new s(e?new SharedArrayBuffer(t):new ArrayBuffer(t))}wake(){Atomics.add(this.#e,l.events,1),Atomics.notify(this.#e,l.events)}mark(){return Atomics.load(this.#e,l.events)}sleep(e,t=1/0){Atomics.wait(this.#e,l.events,e,t)}ring(){return Atomics.exchange(this.#e,l.rung,1)===0}answer(){Atomics.store(this.#e,l.rung,0)}askForRoom(){Atomics.store(this.#e,l.wantsRoom,1)}madeRoom(){return Atomics.load(this.#e,l.wantsRoom)===1&&Atomics.exchange(this.#e,l.wantsRoom,0)===1}get order(){let e=Atomics.load(this.#e,l.order);for(;e!==c.none&&Atomics.load(this.#e,l.ordering)!==0;);return e}give(e,t){Atomics.store(this.#e,l.ordering,1),Atomics.store(this.#e,l.order,e),t?.(),Atomics.store(this.#e,l.ordering,0),this.wake()}orderDone(){Atomics.store(this.#e,l.order,c.none)}count(e,t=1){Atomics.add(this.#e,l[e],t)}get counters(){let e=t=>Atomics.load(this.#e,l[t]);return{softResets:e("softResets"),hardResets:e("hardResets"),flashOperations:e("flashOperations"),flashBytes:e("flashBytes")}}};var te={push:()=>{}};function P(s,e){let t=s;return{push(r){let n=r.subarray(t);t=Math.max(0,t-r.length),n.length>0&&e(n)}}}function re(s){let e,t=!1;return P(2,r=>{if(t)return;let n=e===void 0?r.indexOf(4):0;if(n<0)return s(r);n>0&&s(r.subarray(0,n)),e=(e??"")+String.fromCharCode(...r.subarray(n));let i=/^\\x04([^\\x04]*)\\x04/.exec(e);t=i!==null,i?.[1]&&s(Uint8Array.from(pe(i[1]),o=>o.charCodeAt(0)))})}function pe(s){return s.replace(/ {2}File "<stdin>", line 1, in <module>\\r\\n/,"")}function ne(s,e,t){let r=new Uint8Array(s.buffer),n=e.map(o=>t(o)?32:o),i=n[0]??0;for(let o=r.indexOf(i);o>=0;o=r.indexOf(i,o+1))n.every((a,u)=>r[o+u]===a)&&r.set(e,o)}var y=1,$=2,N=3,C=4,ye=5,be=65,se=`raw REPL; CTRL-B to exit\\r\n>`,I=class{#e;#t;raw=!1;#r=[];#n;constructor(e){this.#e=e;let t=e.interpreter.exports.mp_js_repl_process_char;if(t===void 0)throw new Error("this interpreter has no REPL");this.#t=t}start(){this.#r=[],this.#n=void 0;let{interpreter:e}=this.#e;if(!this.raw){this.#d(t=>P(2,t),()=>e.exports.mp_js_repl_init?.());return}this.#u(()=>{e.exports.mp_js_repl_init?.(),this.#t(y)}),this.#l(se)}feed(e){return this.#n!==void 0?this.#c(e):this.raw&&e===y&&this.#r.length===2&&this.#r[0]===ye&&this.#r[1]===be?this.#a():e===y&&!this.raw?this.#o():(e===$&&(this.raw=!1),e<=C?this.#r=[]:this.#r.length<3&&this.#r.push(e),this.#t(e)!==0)}runFile(e){let t=JSON.stringify(e.slice(1)),r=`exec(compile(open(${JSON.stringify(e)}).read(),${t},\'exec\'))`,{interpreter:n}=this.#e;this.#u(()=>{n.exports.mp_js_repl_init?.(),this.#t(y);for(let o of new TextEncoder().encode(r))this.#t(o)});let i=this.#d(re,()=>this.#t(C)!==0);return i||this.#u(()=>this.#t($)),i}#i(e){this.#e.calls.output(e)}#o(){let e="",{calls:t}=this.#e,r=t.output;t.output=i=>{e+=String.fromCharCode(...i),r(i)};let n=this.#t(y)!==0;return t.output=r,this.raw=e.endsWith(se),this.#r=[],n}#a(){let{rawPaste:e,rawPasteWindow:t}=this.#e.conditions;return this.#r=[],this.#t(N),e==="unknown"?this.#t(y)!==0:e==="refused"?(this.#l("R\\0>"),!1):(this.#n={code:[],left:t},this.#l(`R${String.fromCharCode(t&255,t>>8)}`),!1)}#c(e){let t=this.#n;return t===void 0?!1:e===N||e===C?(this.#n=void 0,this.#l(""),this.#h(e===N?"raise KeyboardInterrupt":t.code)):(t.code.push(e),--t.left===0&&(this.#l(""),t.left=this.#e.conditions.rawPasteWindow),!1)}#h(e){let t=typeof e=="string"?[...new TextEncoder().encode(e)]:e;return this.#s(t.length===0?[35]:t),this.#d(r=>P(2,r),()=>this.#t(C)!==0)}#s(e){for(let t of e)this.#t(D(t)?32:t);e.some(D)&&ne(this.#e.interpreter.memory,e,D)}#d(e,t){let{calls:r}=this.#e,n=r.output,i=e(n);r.output=o=>i.push(o);try{return t()}finally{r.output=n}}#u(e){this.#d(()=>te,e)}#l(e){this.#i(Uint8Array.from(e,t=>t.charCodeAt(0)))}};function D(s){return s===y||s===$}var v={EAGAIN:11,EINVAL:22,ENOSPC:28,ESPIPE:29},ie=27,ge={2:13,6:11,8:9,10:16,20:17,28:22,29:5,31:21,32:40,33:24,37:36,43:19,44:2,48:12,51:28,52:38,54:20,55:39,63:1,69:30,70:29,75:18};function H(s){return ge[s]??s}var f=class{order;constructor(e){this.order=e}},M=class{#e;#t;muted=!1;constructor(e,t){this.#e=e,this.#t=t}get available(){return this.attend(),this.#e.input.length}write(e){if(!this.muted)for(let t=e;;){let r=this.#e.mark();if(t=t.subarray(this.#e.output.push(t)),this.#e.ring()&&this.#t.ringHost(),t.length===0)return;this.#i(r)}}read(e){if(e.length===0)return 0;for(;;){let t=this.#e.mark();this.attend();let r=this.#e.input.pull(e);if(r>0)return this.#r(r);if(this.#t.interrupted())return-1;if(!this.#t.canSleep)return 0;this.#n(),this.#e.sleep(t)}}readByte(){for(;;){let e=this.#e.mark();if(this.attend(),this.#t.interrupted())return-1;let t=this.#e.input.pullByte();if(t>=0)return this.#r(t);if(this.#n(),!this.#t.canSleep)return-2;this.#e.sleep(e)}}pause(e){if(!this.#t.canSleep)return;let t=this.#e.mark();this.attend(),this.#e.input.length===0&&this.#n(),this.#t.interrupted()||this.#e.sleep(t,e)}busy(e){if(!this.#t.canSleep)return;let t=performance.now()+e;for(let r=e;r>0;r=t-performance.now()){let n=this.#e.mark();this.attend(),this.#e.sleep(n,r)}}attend(){this.#e.commands.length>0&&this.#t.serve();let e=this.#e.order;if(e===c.reset||e===c.powerOff)throw new f(e)}#r(e){return this.#e.input.space>this.#e.input.length&&this.#e.madeRoom()&&this.#e.ring()&&this.#t.ringHost(),e}#n(){let e=this.#e.order;if(e===c.resetWhenStarved)throw new f(c.reset);if(e===c.powerOffWhenStarved)throw new f(c.powerOff)}#i(e){this.attend(),this.#t.canSleep&&this.#e.sleep(e)}};var b={stdin:100,stdout:101,stderr:102},we=1,ke=4,ve=64,Ae=512,xe=1024,V=10,F=13,Se=50,Oe=805306368,E=class{#e;#t=new Uint8Array;#r=new DataView(this.#t.buffer);#n=0;#i=0;#o=0;#a=0;output=()=>{};attach(e){this.#e=e,this.output=t=>e.uart.write(t)}hook(e){for(let[t,r]of Object.entries(e)){if(typeof r!="function")continue;let n=this.#c(t,r);n!==void 0&&(e[t]=(...i)=>this.#e?n(...i):r(...i))}}#c(e,t){switch(e){case"fd_read":return(r,n,i,o)=>this.#l(t,r,n,i,o);case"fd_write":return(r,n,i,o)=>this.#m(t,r,n,i,o);case"fd_seek":return(r,...n)=>U(r)?v.ESPIPE:W(t(r,...n));case"fd_sync":case"fd_close":return r=>U(r)?0:W(t(r));case"mp_js_ticks_ms":return()=>this.#v(t);case"emscripten_resize_heap":return r=>r>>>0>this.#s.conditions.memoryLimit?0:t(r);default:return e.startsWith("__syscall_")?this.#h(e,t):void 0}}#h(e,t){let r=(...n)=>_e(t(...n));switch(e){case"__syscall_poll":case"__syscall_poll_nonblocking":return(n,...i)=>this.#w(n)??r(n,...i);case"__syscall_statfs64":return(n,i,o)=>this.#k(r(n,i,o),i,o);case"__syscall_openat":return(...n)=>(n[2]??0)&(ve|Ae)?this.#f(r,n):r(...n);case"__syscall_mkdirat":return(...n)=>this.#s.disk.freeBlocks>0?this.#f(r,n):-v.ENOSPC;case"__syscall_unlinkat":case"__syscall_renameat":case"__syscall_rmdir":return(...n)=>this.#f(r,n);default:return r}}get#s(){if(this.#e===void 0)throw new Error("not attached");return this.#e}#d(){let{buffer:e}=this.#s.memory;this.#t.buffer!==e&&(this.#t=new Uint8Array(e),this.#r=new DataView(e))}#u(e){let t=this.#r.getUint32(e,!0);return this.#t.subarray(t,t+this.#r.getUint32(e+4,!0))}#l(e,t,r,n,i){if(t!==0&&t!==b.stdin)return W(e(t,r,n,i));this.#d();let o=this.#u(r).length>0?this.#u(r):this.#u(r+8),a=this.#s.uart.read(o);return a<0?ie:a===0&&o.length>0?v.EAGAIN:(t===0&&Pe(o.subarray(0,a)),this.#r.setUint32(i,a,!0),0)}#m(e,t,r,n,i){this.#d();let o=0;for(let a=0;a<n;a++)o+=this.#u(r+8*a).length;if(!U(t))return this.#p(e,o,t,r,n,i);for(let a=0;a<n;a++)this.#b(this.#u(r+8*a),t<b.stdin);return this.#r.setUint32(i,o,!0),0}#b(e,t){let r=0;for(let n=t?e.indexOf(V):-1;n>=0;n=e.indexOf(V,n+1))(n===0?this.#n:e[n-1])!==F&&(n>r&&this.output(e.subarray(r,n)),this.output(Uint8Array.of(F)),r=n);e.length>r&&this.output(e.subarray(r)),this.#n=e[e.length-1]??this.#n}#p(e,t,...r){let{disk:n,fs:i,panel:o}=this.#s,a=i.streams[r[0]??-1];if(this.#y(),a){let d=g(a.node),h=a.flags&xe?d:a.position;if(!n.grow(d,Math.max(d,h+t)))return v.ENOSPC}let u=W(e(...r));return u===0&&o.count("flashBytes",t),this.#g(t),u}#f(e,t){this.#y();let r=e(...t);return this.#s.disk.changed(),this.#g(0),r}#y(){let{conditions:e,panel:t}=this.#s;if(e.flashOperationsLeft--<=0)throw e.flashOperationsLeft=1/0,new f(c.powerOff);t.count("flashOperations")}#g(e){let{conditions:t,uart:r}=this.#s,n=t.flashLatency+e*1e3/t.flashBytesPerSecond;n>0&&r.busy(n)}#w(e){this.#d();let t=this.#r.getInt32(e,!0);if(!U(t))return null;let r=this.#r.getInt16(e+4,!0),i=t===0||t===b.stdin?this.#s.uart.available>0?we:0:ke;return this.#r.setInt16(e+6,r&i,!0),r&i?1:0}#k(e,t,r){if(e!==0)return e;this.#d();let{disk:n}=this.#s,i=(o,a)=>t===88?this.#r.setBigUint64(r+8+8*o,BigInt(a),!0):this.#r.setUint32(r+8+4*o,a,!0);return this.#r.setUint32(r+4,n.blockSize,!0),this.#r.setUint32(r+(t===88?60:40),n.blockSize,!0),i(0,n.totalBlocks),i(1,n.freeBlocks),i(2,n.freeBlocks),0}#v(e){let t=e();return this.#s.interrupted()?t+(this.#a+=Oe)|0:(this.#a=0,t!==this.#i?(this.#i=t,this.#o=0):++this.#o>Se&&this.#s.uart.pause(1),t)}};function U(s){return s>=0&&s<=2||s>=b.stdin&&s<=b.stderr}function W(s){return s>0?H(s):s}function _e(s){return s<0?-H(-s):s}function Pe(s){for(let e=s.indexOf(F);e>=0;e=s.indexOf(F,e))s[e]=V}var B=class s{files;disk;conditions;interruptWords;memory;#e;#t;#r;#n;#i;#o;#a;#c=!1;constructor(e,t,r,n){this.#e=n,this.#t=e,this.#r=t,this.memory=e.memory,this.conditions={...K(),...r.conditions},this.files=new x(e.fs),this.files.clear();for(let[i,o]of Object.entries(r.files))this.files.write(i,o);this.disk=new A(e.fs,{size:r.diskSize,blockSize:r.blockSize}),this.interruptWords=q(e),this.#i=Ce(e.memory,this.interruptWords),Ie(e),this.#n=new O(e),this.#o=new M(n.panel,{canSleep:n.canSleep,ringHost:n.ring,serve:()=>n.serve(this),interrupted:()=>this.#i().pending}),this.#a=new I({interpreter:e,conditions:this.conditions,calls:t})}static async create(e,t){let r=new E,n=await Z({module:e.module,wasm:e.wasm,heapSize:e.heapSize,shared:t.canSleep,hook:i=>r.hook(i)});return new s(n,r,e,t)}run(){for(this.#s(()=>this.#m());;)this.#s(()=>this.#h())}start(){this.#s(()=>this.#m())}pump(){let e=!0;for(;e&&this.#c;)this.#s(()=>e=this.#h())}#h(){let e=this.#o.readByte();return e===-2?!1:(e===-1&&this.#i().clear(),this.#a.feed(e===-1?3:e)&&this.#b(),!0)}#s(e){try{e()}catch(t){let r=this.#d(t);for(;r!==void 0;)try{this.#u(r),r=void 0}catch(n){r=this.#d(n)}}}#d(e){if(e instanceof f)return e.order;let t=this.#e.panel.order;if(t===c.powerOff||t===c.reset)return t;if(!(e instanceof WebAssembly.RuntimeError))throw e;return c.reset}#u(e){let{panel:t}=this.#e;if(t.orderDone(),t.input.clear(),e===c.powerOff){if(this.#c=!1,this.files.closeAll(),this.#e.power("off"),!this.#e.canSleep)return;this.#l()}t.count("hardResets"),this.#m()}#l(){let{panel:e}=this.#e;for(;;){let t=e.mark();if(e.commands.length>0&&this.#e.serve(this),e.order===c.powerOn)break;e.sleep(t)}e.orderDone()}#m(){this.#c=!0,this.#a.raw=!1,this.#e.power("on"),this.#p()}#b(){this.#e.panel.count("softResets"),this.#p(`MPY: soft reboot\\r\n`)}#p(e=""){let t=n=>this.#o.write(new TextEncoder().encode(n)),r=e;do t(r),r=`MPY: soft reboot\\r\n`,this.#f();while(this.#y());this.#a.start()}#f(){this.files.closeAll(),this.#n.restore();let{conditions:e,disk:t,memory:r}=this,{panel:n}=this.#e,i=()=>this.#i().pending;this.#r.attach({panel:n,uart:this.#o,disk:t,fs:this.#t.fs,memory:r,conditions:e,interrupted:i}),e.missingModules.length>0&&this.#t.runPython(Me(e.missingModules))}#y(){return this.files.has("/boot.py")&&this.#a.runFile("/boot.py")?!0:!this.#a.raw&&this.files.has("/main.py")&&this.#a.runFile("/main.py")}};function Ce(s,e){let t=s.buffer,r=new k(t,e);return()=>(s.buffer!==t&&(t=s.buffer,r=new k(t,e)),r)}function Ie(s){let e=new Int32Array(s.memory.buffer);["stdin","stdout","stderr"].forEach((t,r)=>{let n=s.evaluate(`id(__import__(\'sys\').${t}.buffer)`)/4+1;if(e[n]!==r)throw new Error(`sys.${t}.buffer is not what it was`);e[n]=b[t]})}function Me(s){return`\ndef _hide(names):\n    import builtins\n    real = builtins.__import__\n    def __import__(name, *args):\n        if name in names:\n            raise ImportError("no module named \'%s\'" % name)\n        return real(name, *args)\n    builtins.__import__ = __import__\n_hide(${JSON.stringify(s.flatMap(e=>[e,`u${e}`]))})\ndel _hide\n`}var J=typeof process>"u"?void 0:process.getBuiltinModule?.("node:worker_threads");if(J===void 0){let s=globalThis;s.addEventListener("message",e=>{oe(s,e.data)},{once:!0})}else J.parentPort.once("message",s=>{oe(J.parentPort,s)});async function oe(s,e){We();let t=new _(e.panel),r=()=>s.postMessage({type:"ring"});try{let n=await B.create(e.options,{panel:t,canSleep:!0,ring:r,power:i=>s.postMessage({type:"power",state:i}),serve:i=>Ue(i,t,s)});s.postMessage({type:"ready",memory:n.memory,interruptWords:n.interruptWords}),n.run()}catch(n){s.postMessage({type:"failed",message:n instanceof Error?n.stack??n.message:String(n)})}}function Ue(s,e,t){let r=()=>{let n=e.mark();e.ring()&&t.postMessage({type:"ring"}),e.commands.length===0&&e.sleep(n)};for(;e.commands.length>0;){let n=Y(s,G(e.commands,r)),i="result"in n&&n.result instanceof Uint8Array?[n.result.buffer]:[];t.postMessage({type:"answer",answer:n},i)}}function We(){let{decode:s}=TextDecoder.prototype;TextDecoder.prototype.decode=function(e,t){if(e==null)return s.call(this,e,t);let r=ArrayBuffer.isView(e)?new Uint8Array(e.buffer,e.byteOffset,e.byteLength):new Uint8Array(e);return s.call(this,r.buffer instanceof ArrayBuffer?r:r.slice(),t)}}})();';

// packages/core/src/testing/host/start-worker.ts
function startWorker(source) {
  const threads = typeof process === "undefined" ? void 0 : process.getBuiltinModule?.("node:worker_threads");
  return threads === void 0 ? startInBrowser(source) : startInNode(threads, source);
}
function startInNode(threads, source) {
  const worker = new threads.Worker(source, { eval: true, execArgv: [], env: {} });
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on("message", listener),
    onError: (listener) => worker.on("error", listener),
    terminate: async () => void await worker.terminate()
  };
}
function startInBrowser(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onError: (listener) => worker.addEventListener("error", (event) => listener(event.error ?? new Error(event.message))),
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
      return Promise.resolve();
    }
  };
}

// packages/core/src/testing/host/board-host.ts
var BoardHost = class {
  panel;
  listener = { onRing: () => void 0, onPower: () => void 0 };
  #pending = /* @__PURE__ */ new Map();
  #nextId = 1;
  #frames = [];
  constructor(panel2) {
    this.panel = panel2;
  }
  /** Asks the board something past its link. Resolves when it next reads, writes or waits. */
  ask(command, payload = new Uint8Array()) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#frames.push(encodeFrame({ id, command, payload }));
      this.#sendFrames();
      this.go();
    });
  }
  /** The board rang: there may be output, or room for input or commands. */
  rung() {
    this.panel.answer();
    this.#sendFrames();
    this.listener.onRing();
  }
  answered(answer) {
    const waiting = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ("result" in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new BoardRefusal(answer.error));
  }
  /** Rejects what was asked and will not be answered. */
  failed(error) {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
  #sendFrames() {
    for (let frame = this.#frames[0]; frame !== void 0; frame = this.#frames[0]) {
      const rest = frame.subarray(this.panel.commands.push(frame));
      this.panel.wake();
      if (rest.length > 0) {
        this.#frames[0] = rest;
        return;
      }
      this.#frames.shift();
    }
  }
};
var BoardRefusal = class extends Error {
  reason;
  constructor(reason) {
    super(typeof reason === "number" ? `error ${reason}` : reason);
    this.reason = reason;
  }
};
async function startInWorker(options) {
  const worker = startWorker(boardWorkerSource);
  const panel2 = Panel.create(true);
  const ready = new Promise(
    (resolve, reject) => {
      worker.onError(reject);
      worker.onMessage((message) => {
        if (message.type === "ready") resolve(message);
        if (message.type === "failed") reject(new Error(message.message));
      });
    }
  );
  worker.postMessage({ panel: panel2.buffer, options });
  try {
    const { memory, interruptWords } = await ready;
    return new WorkerBoard(worker, panel2, new Interrupts(memory.buffer, interruptWords));
  } catch (cause) {
    await worker.terminate();
    throw new UpyError("unsupported", "MicroPython did not start in its worker", { cause });
  }
}
var WorkerBoard = class extends BoardHost {
  interrupts;
  #worker;
  constructor(worker, panel2, interrupts) {
    super(panel2);
    this.interrupts = interrupts;
    this.#worker = worker;
    worker.onError((error) => this.failed(error));
    worker.onMessage((message) => this.#take(message));
  }
  go() {
    this.panel.wake();
  }
  async stop() {
    this.failed(new UpyError("link-closed", "The virtual board was disposed of"));
    await this.#worker.terminate();
  }
  #take(message) {
    if (message.type === "ring") this.rung();
    else if (message.type === "power") this.listener.onPower(message.state);
    else if (message.type === "answer") this.answered(message.answer);
    else if (message.type === "failed") this.failed(new Error(message.message));
  }
};
async function startInThread(options) {
  return ThreadBoard.start(options);
}
var ThreadBoard = class _ThreadBoard extends BoardHost {
  #machine;
  #running = false;
  static async start(options) {
    const board2 = new _ThreadBoard(Panel.create(false));
    board2.#machine = await Machine.create(options, {
      panel: board2.panel,
      canSleep: false,
      ring: () => board2.rung(),
      power: (state) => board2.listener.onPower(state),
      serve: (machine) => board2.#serve(machine)
    });
    board2.#machine.start();
    return board2;
  }
  get interrupts() {
    if (this.#machine === void 0) throw new Error("not started");
    return new Interrupts(this.#machine.memory.buffer, this.#machine.interruptWords);
  }
  go() {
    if (this.#running || this.#machine === void 0) return;
    this.#running = true;
    try {
      this.#machine.pump();
    } finally {
      this.#running = false;
    }
  }
  stop() {
    this.#machine = void 0;
    return Promise.resolve();
  }
  #serve(machine) {
    while (this.panel.commands.length > 0)
      this.answered(
        execute(
          machine,
          readFrame(this.panel.commands, () => this.rung())
        )
      );
  }
};

// packages/core/src/testing/board-files.ts
var BoardFiles = class {
  #host;
  constructor(host) {
    this.#host = host;
  }
  /** Everything below a directory, sorted by path. @throws `file-not-found` */
  async list(path = "/") {
    return await this.#ask(path, this.#host.ask({ type: "walk", path }));
  }
  /** Whether there is a file or a directory. */
  async has(path) {
    return await this.#ask(path, this.#host.ask({ type: "has", path }));
  }
  /** @throws `file-not-found`, `is-directory` */
  async read(path) {
    return await this.#ask(path, this.#host.ask({ type: "read", path }));
  }
  /** The file as text. @throws `file-not-found`, `is-directory` */
  async readText(path) {
    return new TextDecoder().decode(await this.read(path));
  }
  /** Writes a file and makes its directories, whatever the free space. */
  async write(path, content) {
    await this.#ask(path, this.#host.ask({ type: "write", path }, bytesOf(content)));
  }
  /** Makes a directory; fine when it is there. */
  async mkdir(path) {
    await this.#ask(path, this.#host.ask({ type: "mkdir", path }));
  }
  /** Removes a file, or a directory with all that is in it; fine when it is not there. "/" empties the board. */
  async remove(path) {
    await this.#ask(path, this.#host.ask({ type: "remove", path }));
  }
  /** The whole tree: contents by path, null for a directory. */
  async snapshot() {
    return await this.#ask("/", this.#host.ask({ type: "snapshot" }));
  }
  /** Makes the tree what a snapshot says. */
  async restore(tree) {
    const files = [...tree].sort(([a], [b]) => a < b ? -1 : 1);
    const entries = files.map(([path, content]) => ({
      path,
      size: content === null ? null : content.length
    }));
    const contents = new Uint8Array(entries.reduce((size, entry) => size + (entry.size ?? 0), 0));
    let at = 0;
    for (const [, content] of files) {
      if (content === null) continue;
      contents.set(content, at);
      at += content.length;
    }
    await this.#ask("/", this.#host.ask({ type: "restore", entries }, contents));
  }
  /** Bytes free and in all, as `os.statvfs` tells them. */
  async space() {
    return await this.#ask("/", this.#host.ask({ type: "space" }));
  }
  async #ask(path, answer) {
    try {
      return await answer;
    } catch (cause) {
      if (!(cause instanceof BoardRefusal)) throw cause;
      const code = codes[cause.reason] ?? "io-error";
      throw new UpyError(code, `${path} on the virtual board: ${code.replaceAll("-", " ")}`, { cause });
    }
  }
};
var codes = {
  20: "file-exists",
  31: "is-directory",
  44: "file-not-found",
  54: "not-directory",
  55: "not-empty"
};
function bytesOf(content) {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

// packages/core/src/testing/link.ts
var Link = class {
  name;
  readable;
  writable;
  closed;
  #backend;
  #received = [];
  #reader;
  #writer;
  #release;
  #wake;
  #loss;
  #isOpen = true;
  #readerGone = false;
  constructor(name, backend) {
    this.name = name;
    this.#backend = backend;
    this.closed = new Promise((resolve) => this.#release = resolve);
    this.readable = new ReadableStream(
      {
        start: (controller) => void (this.#reader = controller),
        pull: () => this.#pull(),
        cancel: () => void (this.#readerGone = true)
      },
      { highWaterMark: 0 }
    );
    this.writable = new WritableStream({
      start: (controller) => void (this.#writer = controller),
      write: (chunk) => this.#write(chunk)
    });
  }
  /** True until the link is closed or lost. */
  get isOpen() {
    return this.#isOpen;
  }
  /** Bytes that the host has not read yet: the backend should hold back while there are many. */
  get unread() {
    return this.#received.reduce((size, chunk) => size + chunk.length, 0);
  }
  /** Hands bytes to the host. They are its own from now on. */
  deliver(chunk) {
    if (!this.#isOpen || this.#readerGone || chunk.length === 0) return;
    this.#received.push(chunk);
    this.#wake?.();
  }
  /** The link is gone: what was received can still be read, then all rejects. */
  lose(error = new UpyError("link-lost", `The link to ${this.name} was lost`)) {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#loss = error;
    this.#writer.error(error);
    this.#backend.down();
    this.#wake?.();
    this.#release(error);
  }
  close() {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#received.length = 0;
      this.#writer.error(new UpyError("link-closed", `The link to ${this.name} was closed`));
      this.#backend.down();
      this.#wake?.();
      this.#release(void 0);
    }
    if (this.#loss === void 0 && !this.#readerGone) this.#end();
    return Promise.resolve();
  }
  async #pull() {
    while (this.#received.length === 0 && this.#isOpen && !this.#readerGone) {
      const arrival = new Promise((resolve) => this.#wake = resolve);
      this.#backend.wanted();
      await arrival;
    }
    const chunk = this.#received.shift();
    if (chunk !== void 0) this.#reader.enqueue(chunk);
    else if (this.#loss !== void 0) this.#reader.error(this.#loss);
    else if (!this.#readerGone) this.#end();
  }
  async #write(chunk) {
    if (chunk.length > 0) await this.#backend.send(chunk);
  }
  #end() {
    try {
      this.#reader.close();
    } catch {
    }
  }
};

// packages/core/src/testing/wire.ts
var buffered = 20;
var sliceMilliseconds = 1;
var Wire = class {
  #arrive;
  #perMillisecond;
  #latency;
  #items = [];
  #senders = [];
  #freeAt = 0;
  #timer;
  #held = false;
  /** @param arrive - takes bytes at the far end; while its promise is pending, the wire stands still. */
  constructor(options, arrive) {
    this.#arrive = arrive;
    this.#perMillisecond = (options.bytesPerSecond ?? Infinity) / 1e3;
    this.#latency = options.latency ?? 0;
  }
  /** True when nothing is under way. */
  get isIdle() {
    return this.#items.length === 0 && !this.#held;
  }
  /** Puts bytes on the wire. The promise, where there is one, says when there is room for more. */
  send(bytes) {
    if (this.isIdle && this.#perMillisecond === Infinity && this.#latency === 0 && this.#freeAt <= performance.now())
      return this.#arrive(bytes);
    const slice = Math.max(1, Math.floor(this.#perMillisecond * sliceMilliseconds));
    for (let at = 0; at < bytes.length; at += slice) {
      const part = bytes.subarray(at, at + slice);
      this.#items.push({ due: this.#book(part.length / this.#perMillisecond), bytes: part });
    }
    return this.#room();
  }
  /** Does something when all that was sent before has arrived. */
  act(action) {
    this.#items.push({ due: this.#book(0), action });
    this.#run();
  }
  /** Keeps the wire busy with nothing. */
  pause(milliseconds) {
    this.#book(milliseconds);
  }
  /** Forgets what is under way. */
  cut() {
    clearTimeout(this.#timer);
    this.#items.length = 0;
    for (const { resume } of this.#senders.splice(0)) resume();
  }
  #book(milliseconds) {
    this.#freeAt = Math.max(this.#freeAt, performance.now()) + milliseconds;
    return this.#freeAt + this.#latency;
  }
  #room() {
    this.#run();
    if (this.isIdle) return void 0;
    const at = this.#freeAt + this.#latency - buffered;
    return new Promise((resume) => {
      this.#senders.push({ at, resume });
      this.#run();
    });
  }
  #run() {
    clearTimeout(this.#timer);
    const now = performance.now();
    while (!this.#held && this.#items[0] !== void 0 && this.#items[0].due <= now) this.#deliver(now);
    if (this.#held) return;
    while (this.#senders[0] !== void 0 && (this.#senders[0].at <= now || this.#items.length === 0))
      this.#senders.shift()?.resume();
    const next = this.#items[0];
    if (next !== void 0) this.#timer = setTimeout(() => this.#run(), Math.max(0, next.due - now));
  }
  /** Everything that is due, in one piece as far as it is bytes. */
  #deliver(now) {
    const due = [];
    for (let item = this.#items[0]; item !== void 0 && item.due <= now; item = this.#items[0]) {
      if ("action" in item) {
        if (due.length > 0) break;
        this.#items.shift();
        item.action();
        return;
      }
      this.#items.shift();
      due.push(item.bytes);
    }
    const waiting = this.#arrive(joined(due));
    if (waiting === void 0) return;
    this.#held = true;
    void waiting.then(() => {
      this.#held = false;
      this.#run();
    });
  }
};
function joined(chunks) {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

// packages/core/src/testing/board-link.ts
var chunkSize = 64 * 1024;
var unreadLimit = 64 * 1024;
var BoardLink = class {
  transport;
  #parts;
  #toBoard;
  #fromBoard;
  #pending = new Uint8Array();
  #accepted;
  #blocked = "open";
  #draining = false;
  constructor(parts, options) {
    this.#parts = parts;
    this.#toBoard = new Wire(options, (bytes) => this.#arriveAtBoard(bytes));
    this.#fromBoard = new Wire(options, (bytes) => this.#arriveAtHost(bytes));
    this.transport = new Link(options.name ?? "virtual board", this);
    const { noise } = parts.faults.linkConditions;
    if (noise !== void 0) void this.send(noise);
  }
  send(chunk) {
    const { counts, faults } = this.#parts;
    if (counts.lastDirection !== "to-board") counts.roundTrips++;
    counts.lastDirection = "to-board";
    counts.bytesToBoard += chunk.length;
    return this.#carry(faults.counters["to-board"], this.#toBoard, chunk.slice());
  }
  wanted() {
    this.drain();
  }
  down() {
    this.#toBoard.cut();
    this.#fromBoard.cut();
    this.#accepted?.();
    this.#parts.down();
  }
  /** The board rang: more of the input may fit, and there may be output. */
  rung() {
    if (this.#pending.length > 0) this.#push();
    this.drain();
  }
  /** The board's power changed. */
  power(state) {
    if (state === "on") {
      this.#blocked = "open";
      this.#push();
      return;
    }
    while (this.#parts.host.panel.output.length > 0) this.#takeOutput();
    this.#fromBoard.act(() => this.transport.lose());
  }
  /** Carries output to the host as long as it reads. */
  drain() {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#parts.host.panel.output.length > 0 && this.#fromBoard.isIdle && this.transport.unread < unreadLimit)
        this.#takeOutput();
    } finally {
      this.#draining = false;
    }
  }
  #takeOutput() {
    const { panel: panel2 } = this.#parts.host;
    const chunk = new Uint8Array(Math.min(panel2.output.length, chunkSize));
    panel2.output.pull(chunk);
    panel2.wake();
    void this.#carry(this.#parts.faults.counters["from-board"], this.#fromBoard, chunk)?.then(
      () => this.drain()
    );
  }
  /** Puts a chunk on a wire, with whatever goes wrong on the way. */
  #carry(counter, wire, chunk) {
    if (counter.untilNext > chunk.length) {
      for (const _ of counter.pass(chunk)) ;
      return wire.send(chunk);
    }
    let room;
    for (const step2 of counter.pass(chunk)) {
      if ("bytes" in step2) room = wire.send(step2.bytes);
      else if (step2.fault.type === "delay") wire.pause(step2.fault.milliseconds);
      else wire.act(() => this.#happen(step2.fault));
    }
    return room;
  }
  #happen(fault) {
    const { host } = this.#parts;
    if (fault.type === "disconnect") this.transport.lose();
    if (fault.type !== "power-cut" && fault.type !== "reset") return;
    this.#blocked = "until-power";
    host.panel.give(fault.type === "reset" ? order.resetWhenStarved : order.powerOffWhenStarved);
    host.go();
    if (fault.type === "reset" && fault.link === "lost") this.transport.lose();
  }
  #arriveAtHost(bytes) {
    const { counts } = this.#parts;
    counts.lastDirection = "from-board";
    counts.bytesFromBoard += bytes.length;
    this.transport.deliver(bytes);
  }
  #arriveAtBoard(bytes) {
    this.#pending = bytes;
    this.#push();
    if (this.#pending.length === 0) return void 0;
    return new Promise((resolve) => this.#accepted = resolve);
  }
  /** What the board's interrupt routine does with arriving bytes: Ctrl-C is raised, the rest is stored. */
  #push() {
    const { host } = this.#parts;
    while (this.#pending.length > 0 && this.#blocked === "open") {
      const char = host.interrupts.char;
      const at = char < 0 ? -1 : this.#pending.indexOf(char);
      if (at === 0) {
        host.interrupts.raise();
        this.#pending = this.#pending.subarray(1);
      } else if (!this.#store(at < 0 ? this.#pending.length : at)) break;
      host.go();
    }
    if (this.#pending.length > 0) return;
    this.#accepted?.();
    this.#accepted = void 0;
  }
  /** False: there is no room now. */
  #store(count) {
    const { host, faults } = this.#parts;
    const { input } = host.panel;
    const limit = faults.linkConditions.receiveBuffer;
    if (limit !== void 0) {
      input.push(this.#pending.subarray(0, Math.min(count, Math.max(0, limit - input.length))));
      this.#pending = this.#pending.subarray(count);
      return true;
    }
    host.panel.askForRoom();
    const stored = input.push(this.#pending.subarray(0, count));
    this.#pending = this.#pending.subarray(stored);
    return stored > 0;
  }
};
function busy() {
  return new UpyError("link-busy", "The virtual board has an open link", {
    hint: "Close it first: like a serial port, the board has room for one."
  });
}

// packages/core/src/testing/host/resolve-micropython.ts
var packageName = "@micropython/micropython-webassembly-pyscript";
function resolveMicroPython(asked = packageName) {
  const text = String(asked);
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  if (typeof process === "undefined" || process.getBuiltinModule === void 0) return inBrowser(text);
  const { createRequire } = process.getBuiltinModule("node:module");
  const { pathToFileURL } = process.getBuiltinModule("node:url");
  const here = typeof __filename === "string" ? __filename : import.meta.url;
  try {
    return pathToFileURL(createRequire(here).resolve(text)).href;
  } catch (cause) {
    throw new UpyError("not-found", `MicroPython for WebAssembly (${text}) is not installed`, {
      hint: `Install it: npm install --save-dev ${packageName}`,
      cause
    });
  }
}
function inBrowser(text) {
  if (/^[./]/.test(text))
    return new URL(text, globalThis.location?.href).href;
  throw new UpyError("not-found", "In a browser, the address of micropython.mjs has to be given", {
    hint: "Pass `micropython: url`; with Vite: import url from '@micropython/micropython-webassembly-pyscript/micropython.mjs?url'."
  });
}

// packages/core/src/testing/virtual-board.ts
var VirtualBoard = class {
  /** The board's files, past the link. */
  fs;
  /** What goes wrong. */
  faults;
  #host;
  #counts = {
    bytesToBoard: 0,
    bytesFromBoard: 0,
    roundTrips: 0,
    lastDirection: "from-board"
  };
  #powerWaiters = [];
  #link;
  #hadLink = false;
  #power = "on";
  /** Use {@link createVirtualBoard}. */
  constructor(host) {
    this.#host = host;
    this.fs = new BoardFiles(host);
    this.faults = new BoardFaults(host);
    host.listener = { onRing: () => this.#rung(), onPower: (state) => this.#powered(state) };
  }
  /** Whether the board has power. */
  get isOn() {
    return this.#power === "on";
  }
  /** Counters, as of now. */
  get stats() {
    const { lastDirection: _, ...counts } = this.#counts;
    return { ...counts, ...this.#host.panel.counters };
  }
  /**
   * A new link to the board; switches the board on when it is off. What the board prints before the first link is
   * kept for it; what it prints later while there is none is lost.
   * @throws `link-busy` while another link is open.
   */
  transport(options = {}) {
    if (this.#link !== void 0) throw busy();
    if (this.#hadLink) this.#host.panel.output.clear();
    this.#hadLink = true;
    const parts = {
      host: this.#host,
      faults: this.faults,
      counts: this.#counts,
      down: () => this.#link = void 0
    };
    this.#link = new BoardLink(parts, options);
    if (this.#power === "off") void this.powerOn();
    return this.#link.transport;
  }
  /** Presses the reset button: whatever runs stops dead, files stay as they are, the link stays. */
  async reset() {
    await this.#order(order.reset, "on");
  }
  /** Pulls the power: as {@link reset}, but the link is lost and the board stays off. */
  async powerOff() {
    if (this.#power === "on") await this.#order(order.powerOff, "off");
  }
  /** Switches on a board that is off. */
  async powerOn() {
    if (this.#power === "off") await this.#order(order.powerOn, "on");
  }
  /** Stops the board for good; an open link is lost. */
  async [Symbol.asyncDispose]() {
    this.#link?.transport.lose(new UpyError("link-lost", "The virtual board was disposed of"));
    await this.#host.stop();
  }
  async #order(what, state) {
    const done = new Promise((resolve) => this.#powerWaiters.push({ state, resolve }));
    this.#host.panel.give(what, () => what === order.powerOn || this.#host.interrupts.trap());
    this.#host.go();
    await done;
  }
  #powered(state) {
    this.#power = state;
    this.#link?.power(state);
    const done = this.#powerWaiters.filter((waiter) => waiter.state === state);
    for (const waiter of done) this.#powerWaiters.splice(this.#powerWaiters.indexOf(waiter), 1);
    for (const waiter of done) waiter.resolve();
  }
  #rung() {
    if (this.#link !== void 0) this.#link.rung();
    else if (this.#hadLink || this.#host.panel.output.space < this.#host.panel.output.length) {
      this.#host.panel.output.clear();
      this.#host.panel.wake();
    }
  }
};
async function createVirtualBoard(options = {}) {
  const { freeSpace, noise, receiveBuffer, ...conditions } = options.conditions ?? {};
  const mode = options.mode ?? (typeof SharedArrayBuffer === "undefined" ? "thread" : "worker");
  const start = mode === "worker" ? startInWorker : startInThread;
  const files = Object.entries(options.files ?? {}).map(
    ([path, content]) => [path, bytesOf(content)]
  );
  const board2 = new VirtualBoard(
    await start({
      module: resolveMicroPython(options.micropython),
      wasm: options.wasm === void 0 ? void 0 : String(options.wasm),
      heapSize: options.heapSize ?? 256 * 1024,
      diskSize: options.diskSize ?? 8 * 1024 * 1024,
      blockSize: options.blockSize ?? 4096,
      files: Object.fromEntries(files),
      conditions
    })
  );
  const rest = { freeSpace, noise, receiveBuffer };
  board2.faults.configure(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== void 0)));
  return board2;
}

// packages/core/src/testing/raw-repl.fixture.ts
var RawRepl = class {
  #reader;
  #writer;
  #received = "";
  constructor(transport) {
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
  }
  async sendBytes(bytes) {
    await this.#writer.write(bytes);
  }
  async send(text) {
    await this.sendBytes(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  }
  /** Reads up to and with `end`; returns what came before it. */
  async until(end) {
    let at = this.#received.indexOf(end);
    while (at < 0) {
      await this.#more();
      at = this.#received.indexOf(end);
    }
    return this.#take(at + end.length).slice(0, at);
  }
  async take(count) {
    while (this.#received.length < count) await this.#more();
    return this.#take(count);
  }
  /** Ctrl-C, until the code that runs has taken it. */
  async interrupt() {
    await this.send("");
  }
  async enter() {
    await this.send("\r");
    await this.until("raw REPL; CTRL-B to exit\r\n>");
  }
  /** Runs code; returns what it printed. */
  async exec(code) {
    await this.send(`${code}`);
    await this.until("OK");
    return this.#result();
  }
  /** Runs code through raw paste. */
  async paste(code) {
    await this.send("A");
    const [r, ok, low = "", high = ""] = await this.take(4);
    if (r !== "R" || ok !== "")
      throw new Error(`no raw paste: ${JSON.stringify(r)} ${JSON.stringify(ok)}`);
    const window = low.charCodeAt(0) + 256 * high.charCodeAt(0);
    let left = window;
    for (let at = 0; at < code.length; ) {
      while (left === 0 || this.#received.length > 0) {
        if (await this.take(1) !== "") throw new Error("flow control");
        left += window;
      }
      await this.send(code.slice(at, at + left));
      const sent = Math.min(left, code.length - at);
      at += sent;
      left -= sent;
    }
    await this.send("");
    await this.until("");
    return this.#result();
  }
  async #result() {
    const output = await this.until("");
    const error = await this.until(">");
    if (error !== "") throw new Error(error);
    return output;
  }
  #take(count) {
    const taken2 = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return taken2;
  }
  async #more() {
    const { done, value } = await this.#reader.read();
    if (done) throw new Error(`the link ended after ${JSON.stringify(this.#received.slice(-200))}`);
    for (const byte of value) this.#received += String.fromCharCode(byte);
  }
};

// ../../ref/testing/s/cc2.ts
var panel;
var orig = Panel.create;
Panel.create = (s) => panel = orig.call(Panel, s);
var step = "create";
setTimeout(() => {
  console.log("STUCK", step, { in: panel.input.length, out: panel.output.length, words: [...new Int32Array(panel.buffer, 0, 16)], received: repl?.received });
  process.exit(1);
}, 3e3);
var repl;
var board = await createVirtualBoard();
step = "enter";
repl = new RawRepl(board.transport());
await repl.enter();
for (const code of ["while True: pass", "import time; time.sleep(100)", "import sys; sys.stdin.read(1)"]) {
  step = code;
  await repl.send(`print('running')
${code}`);
  await repl.until("OKrunning\r\n");
  step += " running";
  await repl.send("");
  await repl.until(">");
}
console.log("ok");
process.exit();
