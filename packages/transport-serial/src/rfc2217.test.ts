import { openSerial } from "@upykit/transport-serial";
import { expect, onTestFinished, test } from "vitest";
import { type NetworkPort, type ServerKind, startNetworkPort } from "../test/rfc2217-server.js";
import { readExactly } from "../test/support.js";

async function server(kind: ServerKind): Promise<NetworkPort> {
  const started = await startNetworkPort(kind);
  onTestFinished(() => started.close());
  return started;
}

const allBytes = Uint8Array.from({ length: 1024 }, (_, index) => index & 255);

test("sets speed and framing when it opens, and passes all 256 values both ways", async () => {
  const host = await server("rfc2217");
  const transport = await openSerial(`rfc2217://127.0.0.1:${host.port}`, { baudRate: 115_200 });
  onTestFinished(() => transport.close());
  host.onData((bytes) => host.send(bytes));
  const echoed = readExactly(transport.readable, allBytes.length);
  await transport.writable.getWriter().write(allBytes);
  expect(await echoed).toEqual(allBytes);
  expect(host.settings).toEqual(["baud 115200", "data bits 8", "parity 1", "stop bits 1", "control 1"]);
});

test("a speed with a byte 255 in it arrives whole", async () => {
  const host = await server("rfc2217");
  const transport = await openSerial(`rfc2217://127.0.0.1:${host.port}`, { baudRate: 0x01ff_ff });
  onTestFinished(() => transport.close());
  expect(host.settings[0]).toBe("baud 131071");
});

test("drives the control lines without waiting for answers, in the order that esp_rfc2217_server knows", async () => {
  const host = await server("rfc2217");
  const transport = await openSerial(`rfc2217://127.0.0.1:${host.port}`, { connectTimeout: 500 });
  onTestFinished(() => transport.close());
  await transport.hardReset();
  await transport.enterBootloader();
  await transport.setBaudRate(9600); // its answer comes after what was sent before
  expect(host.settings.slice(5).join()).toBe(
    "control 11,control 9,control 12,control 9," +
      "control 11,control 9,control 8,control 12,control 12,control 9,baud 9600",
  );
});

test("a speed that the server does not take is told", async () => {
  const host = await server("rfc2217");
  const opening = openSerial(`rfc2217://127.0.0.1:${host.port}`, { baudRate: 4_000_000 });
  await expect(opening).rejects.toMatchObject({ code: "unsupported" });
});

test("a setting after the loss of the link says so at once", async () => {
  const host = await server("rfc2217");
  const transport = await openSerial(`rfc2217://127.0.0.1:${host.port}`);
  host.drop();
  await transport.closed;
  await expect(transport.setBaudRate(9600)).rejects.toMatchObject({ code: "link-lost" });
  await expect(transport.setBaudRate(9600)).rejects.toMatchObject({ code: "link-lost" });
});

test("the negotiation can be aborted", async () => {
  const host = await server("raw");
  const controller = new AbortController();
  host.onData(() => controller.abort("enough"));
  const opening = openSerial(`rfc2217://127.0.0.1:${host.port}`, { signal: controller.signal });
  await expect(opening).rejects.toBe("enough");
});

test("holds back while the server asks it to", async () => {
  const host = await server("rfc2217");
  const transport = await openSerial(`rfc2217://127.0.0.1:${host.port}`);
  onTestFinished(() => transport.close());
  const got: number[] = [];
  host.onData((bytes) => got.push(...bytes));
  host.sendRaw(255, 250, 44, 108, 255, 240); // FLOWCONTROL-SUSPEND
  await transport.setBaudRate(9600); // its answer comes after the suspend
  const written = transport.writable.getWriter().write(Uint8Array.of(1, 2, 3));
  await transport.setBaudRate(19_200);
  expect(got).toEqual([]);
  host.sendRaw(255, 250, 44, 109, 255, 240); // FLOWCONTROL-RESUME
  await written;
  await transport.setBaudRate(9600);
  expect(got).toEqual([1, 2, 3]);
});

test("says that a Telnet server without com port control has none", async () => {
  const host = await server("telnet");
  const opening = openSerial(`rfc2217://127.0.0.1:${host.port}`);
  await expect(opening).rejects.toMatchObject({
    code: "unsupported",
    hint: expect.stringContaining("socket://") as string,
  });
});

test("says that a server which only passes bytes does not answer", async () => {
  const host = await server("raw");
  const opening = openSerial(`rfc2217://127.0.0.1:${host.port}`, { connectTimeout: 50 });
  await expect(opening).rejects.toMatchObject({ code: "no-response" });
});

test("a server that hangs up during the negotiation does not leave the call waiting", async () => {
  const host = await server("raw");
  host.onData(() => host.drop());
  const opening = openSerial(`rfc2217://127.0.0.1:${host.port}`);
  await expect(opening).rejects.toMatchObject({ code: "link-lost" });
});
