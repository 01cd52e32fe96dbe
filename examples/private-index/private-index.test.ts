import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, mipIndex } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { publish, serve } from "./private-index.mjs";

const packages = fileURLToPath(new URL("packages", import.meta.url));

test("an index is built, served, and installed from", async () => {
  const output = await mkdtemp(join(tmpdir(), "upykit-index-"));
  onTestFinished(() => rm(output, { recursive: true }));
  const first = await publish(packages, output);
  expect(first.newVersions).toContain("greet 1.0.0 (circuitpython-6)");
  const second = await publish(packages, output);
  expect([...second.files.keys()].filter((path) => path !== "index.json")).toEqual([]);
  expect(second.compiled).toBe(0);

  const server = await serve(output);
  onTestFinished(() => server.close());
  expect((await fetch(`${server.url}/%`)).status).toBe(404);
  await using virtual = await createVirtualBoard();
  await using board = await connectBoard(virtual.transport());
  await install(board.target(), ["greet", "tally>=0.2"], { sources: [mipIndex({ url: server.url })] });
  await board.exec("import greet, tally");
  expect(await board.evaluate("greet.greet('you')")).toBe("Hello, you");
  expect(await board.evaluate("greet.__file__")).toBe("/lib/greet.mpy");
  expect(await board.evaluate("tally.add()")).toBe(1);
});

test("the command line says what is wrong, and where", async () => {
  const { argv, exitCode } = process;
  onTestFinished(() => {
    vi.restoreAllMocks();
    Object.assign(process, { argv, exitCode });
  });
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  process.argv = ["node", "cli.mjs", join(tmpdir(), "upykit-nowhere")];
  await import("./cli.mjs");
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^file-not-found: .*upykit-nowhere/));
  expect(process.exitCode).toBe(1);
});
