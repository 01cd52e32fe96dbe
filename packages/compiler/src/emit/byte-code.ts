// The bytecode of one scope before its jumps have sizes: bytes, and between them jumps, labels and line marks.
// layout.ts makes the final bytes of it.

/** A jump to a label: opcode and label. */
export const EVENT_JUMP = 0;
/** A label: its number. */
export const EVENT_LABEL = 1;
/** A source line starts here: how many lines further it is. */
export const EVENT_LINE = 2;

/** How many numbers an event has: kind, place in the bytes, opcode, label or lines. */
export const EVENT_SIZE = 4;

/** Bytes and events that grow. */
export class ByteCode {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  length = 0;
  events: Int32Array<ArrayBuffer> = new Int32Array(1024);
  eventsLength = 0;

  clear(): void {
    this.length = 0;
    this.eventsLength = 0;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.growBytes();
    this.bytes[this.length++] = value;
  }

  /** An unsigned integer, 7 bits a byte, highest first. */
  uint(value: number): void {
    if (value < 0x80) {
      this.byte(value);
      return;
    }
    this.high(Math.floor(value / 128));
    this.byte(value & 0x7f);
  }

  private high(value: number): void {
    if (value >= 0x80) this.high(Math.floor(value / 128));
    this.byte((value % 128) | 0x80);
  }

  /** A signed integer, as `uint`, the second highest bit of the first byte being the sign. */
  int(value: bigint): void {
    const groups: number[] = [];
    let rest = value;
    do {
      groups.push(Number(rest & 0x7fn));
      rest >>= 7n;
    } while (rest !== 0n && rest !== -1n);
    const top = groups[groups.length - 1] as number;
    if (rest === -1n && (top & 0x40) === 0) groups.push(0x7f);
    else if (rest === 0n && (top & 0x40) !== 0) groups.push(0);
    for (let i = groups.length - 1; i > 0; i--) this.byte((groups[i] as number) | 0x80);
    this.byte(groups[0] as number);
  }

  event(kind: number, first: number, second: number): void {
    if (this.eventsLength + EVENT_SIZE > this.events.length) this.growEvents();
    const { events, eventsLength } = this;
    events[eventsLength] = kind;
    events[eventsLength + 1] = this.length;
    events[eventsLength + 2] = first;
    events[eventsLength + 3] = second;
    this.eventsLength += EVENT_SIZE;
  }

  private growBytes(): void {
    const bytes = new Uint8Array(this.bytes.length * 2);
    bytes.set(this.bytes);
    this.bytes = bytes;
  }

  private growEvents(): void {
    const events = new Int32Array(this.events.length * 2);
    events.set(this.events);
    this.events = events;
  }
}
