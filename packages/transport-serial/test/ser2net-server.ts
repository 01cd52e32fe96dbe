// ser2net, the RFC 2217 server that people use, in front of a serial port of this machine. For tests and benchmarks.
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { spawnMortal } from "../../../test/support/mortal.js";
import { freePort } from "./support.js";

/** A running ser2net. */
export interface Ser2net {
  /** What `openSerial` takes. */
  readonly url: string;
  readonly stop: () => void;
}

/** Serves the serial port at `path` on a free port of this machine. */
export async function startSer2net(path: string): Promise<Ser2net> {
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
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ser2net ended: ${log}`);
    if (await reachable(port)) return { url: `rfc2217://127.0.0.1:${port}`, stop: () => void child.kill() };
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
