// The bytecode of scopes before its jumps have sizes and its names have places: bytes, and between them events.
// scope-code.ts settles the names, layout.ts the jumps.

/** Not an event: an instruction, its opcode and its operand or -1. See recorder.ts. */
export const INSTRUCTION = -1;
// Kinds of event.
/** A jump to a label: opcode and label. */
export const JUMP = 0;
/** A label: its number. */
export const LABEL = 1;
/** A source line starts here: how many lines further it is. */
export const LINE = 2;
/** The use of a name: its index in the scope. */
export const LOAD = 3;
export const STORE = 4;
export const DELETE = 5;
/** A function is made: the index of the child scope, and how many slots of the stack are in use. */
export const FUNCTION = 6;
export const FUNCTION_WITH_DEFAULTS = 7;
/** The end of a class body: loads `__class__` or None. */
export const CLASS_CELL = 8;
/** Format 5: the name of an instruction, and a constant's index in the scope. */
export const NAME = 9;
export const CONSTANT = 10;
/** Set on the kind where the code can never run: it leaves no bytes, but its names count. */
export const DEAD = 16;

/** How many numbers an event has: kind, place in the bytes, and the two of its kind. */
export const SIZE = 4;

/** Bytes and events that grow. */
export class ByteCode {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  events: Int32Array<ArrayBuffer>;
  eventsLength = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.events = new Int32Array(capacity);
  }

  clear(): void {
    this.length = 0;
    this.eventsLength = 0;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.growBytes(1);
    this.bytes[this.length++] = value;
  }

  /** An unsigned integer of up to 31 bits, 7 bits a byte, highest first. */
  uint(value: number): void {
    let shift = 0;
    while (value >>> shift >= 0x80) shift += 7;
    for (; shift > 0; shift -= 7) this.byte(((value >>> shift) & 0x7f) | 0x80);
    this.byte(value & 0x7f);
  }

  /** A signed integer of 32 bits, as `uint`, the second highest bit of the first byte being the sign. */
  int(value: number): void {
    if (value < -0x40 || value > 0x3f) this.highInt(value >> 7);
    this.byte(value & 0x7f);
  }

  private highInt(value: number): void {
    if (value < -0x40 || value > 0x3f) this.highInt(value >> 7);
    this.byte((value & 0x7f) | 0x80);
  }

  /** As {@link int}, of any size. */
  bigInt(value: bigint): void {
    if (value < -0x40n || value > 0x3fn) this.highBigInt(value >> 7n);
    this.byte(Number(value & 0x7fn));
  }

  private highBigInt(value: bigint): void {
    if (value < -0x40n || value > 0x3fn) this.highBigInt(value >> 7n);
    this.byte(Number(value & 0x7fn) | 0x80);
  }

  /** Adds `source[from, to)`. */
  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (this.length + count > this.bytes.length) this.growBytes(count);
    const { bytes, length } = this;
    for (let i = 0; i < count; i++) bytes[length + i] = source[from + i] as number;
    this.length += count;
  }

  event(kind: number, first: number, second: number): void {
    if (this.eventsLength + SIZE > this.events.length) this.growEvents();
    const { events, eventsLength } = this;
    events[eventsLength] = kind;
    events[eventsLength + 1] = this.length;
    events[eventsLength + 2] = first;
    events[eventsLength + 3] = second;
    this.eventsLength += SIZE;
  }

  growBytes(count: number): void {
    const bytes = new Uint8Array((this.bytes.length + count) * 2);
    bytes.set(this.bytes);
    this.bytes = bytes;
  }

  growEvents(): void {
    const events = new Int32Array((this.events.length + SIZE) * 2);
    events.set(this.events);
    this.events = events;
  }
}
