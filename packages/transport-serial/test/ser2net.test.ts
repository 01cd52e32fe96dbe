// The RFC 2217 client against the server that people use, ser2net, with a pseudo terminal as its serial port.
import { openSerial } from "@upykit/transport-serial";
import { expect, onTestFinished, test } from "vitest";
import { openTestPty } from "../../../test/support/pty.js";
import { startSer2net } from "./ser2net-server.js";
import { available, hasProgram, readExactly } from "./support.js";

const runnable = available("ser2net", hasProgram("ser2net"));

test.skipIf(!runnable)("talks RFC 2217 to ser2net, all 256 values both ways", async () => {
  const pty = openTestPty();
  if (!pty) throw new Error("no pseudo terminal");
  onTestFinished(() => pty.unplug());
  const server = await startSer2net(pty.path);
  onTestFinished(() => server.stop());
  pty.onData((bytes) => void pty.write(bytes));
  const transport = await openSerial(server.url, { baudRate: 57_600 });
  onTestFinished(() => transport.close());

  const all = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7) & 255);
  const writer = transport.writable.getWriter();
  const echoed = readExactly(transport.readable, all.length);
  await writer.write(all);
  expect(await echoed).toEqual(all);
  await transport.setBaudRate(115_200);
});
