// The contract of a transport, in executable form. It is framework-agnostic: a list of cases, and a function that
// registers them with whatever `describe` and `test` there are.

import type { Transport } from "../transport/transport.js";
import { UpyError, type UpyErrorCode } from "../errors.js";

/** The far end of the link under test, as the test drives it. */
export interface TransportPeer {
  /** Sends bytes to the host; resolves when they are on their way. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves with exactly the next `count` bytes from the host. */
  read(count: number): Promise<Uint8Array>;
  /** Pulls the cable. */
  unplug(): Promise<void> | void;
}

/** A link under test. */
export interface TransportFixture {
  /** Opens the link; called again after a close, the same link is opened again. */
  readonly open: () => Promise<Transport>;
  readonly peer: TransportPeer;
  /** Frees what the fixture holds. */
  dispose?(): Promise<void> | void;
}

/** Makes a fresh link for each case. */
export type TransportFactory = () => Promise<TransportFixture> | TransportFixture;

/** One clause of the contract. */
export interface ContractCase {
  readonly name: string;
  /** @throws when the transport does not keep it */
  readonly run: () => Promise<void>;
}

/** What registers tests: vitest's, node:test's or jest's functions. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
}

type Clause = (transport: Transport, fixture: TransportFixture) => Promise<void>;

const megabyte = 1024 * 1024;

const clauses: Readonly<Record<string, Clause>> = {
  "carries all 256 values to the peer in one-byte chunks": async (transport, { peer }) => {
    const sent = everyValue();
    const writer = transport.writable.getWriter();
    const writing = inTurn([...sent], (byte) => writer.write(Uint8Array.of(byte)));
    same(await bothDone(writing, peer.read(sent.length)), sent);
  },
  "carries all 256 values from the peer in one-byte chunks": async (transport, { peer }) => {
    const sent = everyValue();
    const reading = new Reading(transport).take(sent.length);
    const writing = inTurn([...sent], (byte) => peer.write(Uint8Array.of(byte)));
    same(await bothDone(writing, reading), sent);
  },
  "carries a megabyte to the peer in one chunk": async (transport, { peer }) => {
    const sent = pattern(megabyte);
    const writing = transport.writable.getWriter().write(sent.slice());
    same(await bothDone(writing, peer.read(sent.length)), sent);
  },
  "carries a megabyte from the peer in one chunk": async (transport, { peer }) => {
    const sent = pattern(megabyte);
    const reading = new Reading(transport).take(sent.length);
    same(await bothDone(peer.write(sent), reading), sent);
  },
  "keeps the order of chunks of all sizes": async (transport, { peer }) => {
    const sent = pattern(100_000);
    const writer = transport.writable.getWriter();
    const writing = Promise.all(pieces(sent).map((piece) => writer.write(piece)));
    same(await bothDone(writing, peer.read(sent.length)), sent);
    const reading = new Reading(transport).take(sent.length);
    same(
      await bothDone(
        inTurn(pieces(sent), (piece) => peer.write(piece)),
        reading,
      ),
      sent,
    );
  },
  "gives no empty chunks, and takes them": async (transport, { peer }) => {
    const writer = transport.writable.getWriter();
    await writer.write(new Uint8Array());
    await writer.write(Uint8Array.of(1));
    same(await peer.read(1), Uint8Array.of(1));
    const reader = transport.readable.getReader();
    const read = reader.read();
    await peer.write(Uint8Array.of(2));
    const { value } = await read;
    expectThat(value !== undefined && value.length > 0, "a chunk has bytes");
  },
  "does not change a chunk that was handed out": async (transport, { peer }) => {
    const reader = transport.readable.getReader();
    const first = reader.read();
    await peer.write(Uint8Array.of(1, 2, 3));
    const { value } = await first;
    const before = value?.slice() ?? new Uint8Array();
    const second = new Reading(transport, reader).take(70_000);
    await peer.write(pattern(70_003 - before.length));
    await second;
    same(value ?? new Uint8Array(), before);
  },
  "loses nothing while the peer does not read": async (transport, { peer }) => {
    const sent = pattern(megabyte);
    const writer = transport.writable.getWriter();
    const writing = Promise.all(pieces(sent, 4096).map((piece) => writer.write(piece)));
    await turns();
    same(await bothDone(writing, peer.read(sent.length)), sent);
  },
  "loses nothing while the host does not read": async (transport, { peer }) => {
    const sent = pattern(megabyte);
    const writing = peer.write(sent);
    await turns();
    same(await bothDone(writing, new Reading(transport).take(sent.length)), sent);
  },
  "goes on with a write that waits when bytes have come in meanwhile": async (transport, { peer }) => {
    const sent = pattern(megabyte);
    const writing = transport.writable.getWriter().write(sent.slice());
    const reading = new Reading(transport).take(1);
    await turns();
    await peer.write(Uint8Array.of(1));
    same(await reading, Uint8Array.of(1));
    await turns();
    same(await bothDone(writing, peer.read(sent.length)), sent);
  },
  "carries bytes both ways at once": async (transport, { peer }) => {
    const sent = pattern(megabyte / 4);
    const writing = transport.writable.getWriter().write(sent.slice());
    const reading = new Reading(transport).take(sent.length);
    await inTurn(pieces(sent, 16_384), async ({ length }) => peer.write(await peer.read(length)));
    same(await bothDone(writing, reading), sent);
  },
  "rejects a pending and each later call when the link is lost in mid read": async (transport, { peer }) => {
    const reader = transport.readable.getReader();
    const writer = transport.writable.getWriter();
    const pending = rejection(reader.read());
    await peer.unplug();
    hasCode(await pending, "link-lost");
    hasCode(await rejection(reader.read()), "link-lost");
    hasCode(await rejection(writer.write(Uint8Array.of(1))), "link-lost");
    hasCode(await transport.closed, "link-lost");
  },
  "rejects when the link is lost in mid write": async (transport, { peer }) => {
    const writer = transport.writable.getWriter();
    const flood = rejection(
      (async () => {
        for (;;) await writer.write(new Uint8Array(megabyte));
      })(),
    );
    await turns();
    await peer.unplug();
    hasCode(await flood, "link-lost");
    hasCode(await rejection(transport.readable.getReader().read()), "link-lost");
    hasCode(await transport.closed, "link-lost");
  },
  "ends a pending read when it is closed": async (transport) => {
    const reader = transport.readable.getReader();
    const pending = reader.read();
    await transport.close();
    expectThat((await pending).done, "the pending read ends");
    expectThat((await reader.read()).done, "a later read ends");
    expectThat((await transport.closed) === undefined, "closed resolves with undefined");
  },
  "rejects writes after it was closed": async (transport) => {
    const writer = transport.writable.getWriter();
    await transport.close();
    hasCode(await rejection(writer.write(Uint8Array.of(1))), "link-closed");
  },
  "rejects or finishes a write that is under way when it is closed": async (transport) => {
    const writer = transport.writable.getWriter();
    const flood = rejection(
      (async () => {
        for (;;) await writer.write(new Uint8Array(megabyte));
      })(),
    );
    await turns();
    await transport.close();
    hasCode(await flood, "link-closed");
  },
  "can be closed twice, at once and later": async (transport) => {
    await Promise.all([transport.close(), transport.close()]);
    await transport.close();
    expectThat((await transport.closed) === undefined, "closed resolves with undefined");
  },
  "can be closed after it was lost": async (transport, { peer }) => {
    await peer.unplug();
    hasCode(await transport.closed, "link-lost");
    await transport.close();
    hasCode(await transport.closed, "link-lost");
  },
  "can be closed after its streams were cancelled and aborted": async (transport) => {
    await transport.readable.cancel("enough");
    await transport.writable.abort("enough").catch(() => undefined);
    await transport.close();
    expectThat((await transport.closed) === undefined, "closed resolves with undefined");
  },
  "can be opened again after it was closed": async (transport, { open, peer }) => {
    transport.readable.getReader();
    transport.writable.getWriter();
    await transport.close();
    const again = await open();
    const writing = again.writable.getWriter().write(Uint8Array.of(1, 2, 3));
    same(await peer.read(3), Uint8Array.of(1, 2, 3));
    await writing;
    const reading = new Reading(again).take(3);
    await peer.write(Uint8Array.of(4, 5, 6));
    same(await reading, Uint8Array.of(4, 5, 6));
    await again.close();
  },
  "has a name": (transport) => {
    expectThat(transport.name.length > 0, "a name for messages");
    return Promise.resolve();
  },
};

/** The contract of {@link Transport} as a list of cases, each on a link of its own. */
export function transportContract(factory: TransportFactory): ContractCase[] {
  return Object.entries(clauses).map(([name, clause]) => ({
    name,
    async run() {
      const made = await factory();
      const fixture = { peer: made.peer, open: () => made.open() };
      try {
        const transport = await fixture.open();
        await clause(transport, fixture);
        await transport.close();
      } finally {
        await made.dispose?.();
      }
    },
  }));
}

/**
 * Registers the contract as tests.
 * @param runner - `{ describe, test }` of the test framework; by default its globals.
 */
export function describeTransport(
  name: string,
  factory: TransportFactory,
  runner: TestRunner = globalThis as unknown as TestRunner,
): void {
  if (typeof runner.describe !== "function" || typeof runner.test !== "function")
    throw new UpyError("invalid-argument", "describeTransport found no describe and test", {
      hint: "Pass them: describeTransport(name, factory, { describe, test }).",
    });
  runner.describe(`${name} keeps the transport contract`, () => {
    for (const { name: clause, run } of transportContract(factory)) runner.test(clause, run);
  });
}

/** Reads exact amounts. */
class Reading {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(transport: Transport, reader?: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader ?? transport.readable.getReader();
  }

  async take(count: number): Promise<Uint8Array> {
    const whole = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`the link ended after ${at} of ${count} bytes`);
      expectThat(at + value.length <= count, `no more than the ${count} bytes sent`);
      whole.set(value, at);
      at += value.length;
    }
    this.#reader.releaseLock();
    return whole;
  }
}

function everyValue(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, i) => i);
}

/** Bytes without a short period, so that a lost or moved piece shows. */
function pattern(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16);
}

function pieces(bytes: Uint8Array, size?: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, next = 1; at < bytes.length; at += next) {
    next = size ?? ((next * 7) % 1031) + 1;
    found.push(bytes.slice(at, at + next));
  }
  return found;
}

async function inTurn<T>(items: readonly T[], action: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await action(item);
}

/** Lets whatever was started get as far as it can without being read. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve));
}

/** What arrives at one end, once the other has sent it all; what stops the other is told, not waited for in vain. */
async function bothDone(sending: Promise<unknown>, arriving: Promise<Uint8Array>): Promise<Uint8Array> {
  const [bytes] = await Promise.all([arriving, sending]);
  return bytes;
}

/** What the promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}

function hasCode(error: unknown, code: UpyErrorCode): void {
  if (error instanceof UpyError && error.code === code) return;
  throw new Error(`expected a UpyError with code ${code}, got ${String(error)}`, { cause: error });
}

function same(actual: Uint8Array, expected: Uint8Array): void {
  expectThat(actual.length === expected.length, `${expected.length} bytes, got ${actual.length}`);
  const at = expected.findIndex((byte, i) => actual[i] !== byte);
  expectThat(at < 0, `byte ${at} to be ${expected[at]}, got ${actual[at]}`);
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(`expected ${what}`);
}
