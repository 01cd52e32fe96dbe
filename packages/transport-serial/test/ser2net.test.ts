// The RFC 2217 client against the server that people use, ser2net, with a pseudo terminal as its serial port.
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { openSerial } from "@upykit/transport-serial";
import { expect, onTestFinished, test } from "vitest";
import { spawnMortal } from "../../../test/support/mortal.js";
import { openTestPty } from "../../../test/support/pty.js";
import { available, freePort, hasProgram, readExactly } from "./support.js";

const runnable = available("ser2net", hasProgram("ser2net"));

test.skipIf(!runnable)("talks RFC 2217 to ser2net, all 256 values both ways", async () => {
  const pty = openTestPty();
  if (!pty) throw new Error("no pseudo terminal");
  onTestFinished(() => pty.unplug());
  const port = await startSer2net(pty.path);
  pty.onData((bytes) => void pty.write(bytes));
  const transport = await openSerial(`rfc2217://127.0.0.1:${port}`, { baudRate: 57_600 });
  onTestFinished(() => transport.close());

  const all = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7) & 255);
  const writer = transport.writable.getWriter();
  const echoed = readExactly(transport.readable, all.length);
  await writer.write(all);
  expect(await echoed).toEqual(all);
  await transport.setBaudRate(115_200);
});

async function startSer2net(path: string): Promise<number> {
  const port = await freePort();
  const config = `connection: &c\n  accepter: telnet(rfc2217),tcp,127.0.0.1,${port}\n  connector: serialdev,${path},115200n81,local\n`;
  const child = spawnMortal(
    "ser2net",
    ["-n", "-d", "-u", "-c", "/dev/null", "-Y", config.replaceAll("\n", "#")],
    {
      stdio: "pipe",
    },
  );
  let log = "";
  child.stderr?.on("data", (chunk) => (log += String(chunk)));
  child.stdout?.on("data", (chunk) => (log += String(chunk)));
  onTestFinished(() => void child.kill());
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ser2net ended: ${log}`);
    if (await reachable(port)) return port;
    await delay(20);
  }
}

function reachable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
