import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { ReadStream } from "node:tty";
import { transform } from "esbuild";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Transport } from "@upykit/core/transport";
import { missingMicrobit, startMicrobit } from "./microbit.js";
import { hasPty, openTestPty } from "./pty.js";
import { requirement } from "./requirements.js";
import { streamTransport } from "./stream-transport.js";

test.skipIf(!hasPty())("a PTY carries all bytes both ways", async () => {
  const pty = openTestPty();
  if (pty === undefined) throw new Error("no pseudo terminal here");
  const stream = new ReadStream(openSync(pty.path, "r+"));
  const driver = streamTransport(pty.path, stream, stream);
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const arrived: number[] = [];
  const all = new Promise<void>((resolve) =>
    pty.onData((some) => {
      arrived.push(...some);
      if (arrived.length >= 256) resolve();
    }),
  );
  await write(driver, bytes);
  await all;
  expect(Uint8Array.from(arrived)).toEqual(bytes);
  await pty.write(bytes);
  expect(await read(driver, (some) => some.length >= 256)).toEqual(bytes);
  pty.unplug();
  await driver.close();
});

test.skipIf(process.platform !== "linux")("a helper program dies with the run that started it", async () => {
  const module = await readFile(new URL("mortal.ts", import.meta.url), "utf8");
  const { code } = await transform(module, { loader: "ts", format: "esm" });
  const start = 'spawnMortal("sleep", ["60"], { stdio: "inherit" }); console.log("started");';
  const run = spawn(process.execPath, ["--input-type=module", "--eval", `${code}\n${start}`]);
  await new Promise((resolve) => run.stdout.once("data", resolve));
  const released = new Promise((resolve) => run.stdout.once("close", resolve));
  run.kill("SIGKILL");
  // Sleep holds the pipe too: it closes when both are gone.
  await released;
});

test("what is missing fails a build server, and is said elsewhere", () => {
  const { CI } = process.env;
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  onTestFinished(() => {
    warn.mockRestore();
    if (CI === undefined) delete process.env["CI"];
    else process.env["CI"] = CI;
  });
  expect(requirement(null)).toBeNull();
  process.env["CI"] = "true";
  expect(() => requirement("no unicorn")).toThrow("no unicorn");
  delete process.env["CI"];
  expect(requirement("no unicorn")).toBe("no unicorn");
  expect(warn).toHaveBeenCalledWith("skipped: no unicorn");
});

test.skipIf(missingMicrobit() !== null)("the micro:bit answers in the raw REPL", async () => {
  const link = startMicrobit();
  await write(link, new TextEncoder().encode("\r\x03\x03\x01"));
  await read(link, (all) => text(all).includes("raw REPL; CTRL-B to exit\r\n>"));
  await write(link, new TextEncoder().encode("import sys; print(sys.implementation)\x04"));
  const answer = await read(link, (all) => text(all).endsWith("\x04\x04>"));
  expect(text(answer)).toContain("OK(name='micropython', version=(1, 9, 2))");
  await link.close();
});

async function write(transport: Transport, bytes: Uint8Array): Promise<void> {
  const writer = transport.writable.getWriter();
  await writer.write(bytes);
  writer.releaseLock();
}

async function read(transport: Transport, enough: (all: Uint8Array) => boolean): Promise<Uint8Array> {
  const reader = transport.readable.getReader();
  let all = new Uint8Array();
  while (!enough(all)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the link ended after ${JSON.stringify(text(all))}`);
    all = new Uint8Array([...all, ...value]);
  }
  reader.releaseLock();
  return all;
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
