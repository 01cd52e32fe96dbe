// The transport contract, on each kind of link that openSerial opens.
import { describeTransport } from "@upykit/core/testing";
import { openSerial } from "@upykit/transport-serial";
import { describe, test } from "vitest";
import { createInbox } from "../../../test/support/inbox.js";
import { mockDriver } from "./mock-driver.js";
import { openTestPty } from "../../../test/support/pty.js";
import { type ServerKind, startNetworkPort } from "./rfc2217-server.js";
import { available } from "./support.js";

const runner = { describe, test };

describeTransport(
  "binding-mock",
  () => {
    const inbox = createInbox();
    const mock = mockDriver((bytes) => inbox.push(bytes));
    return {
      open: () => openSerial("/dev/mock", { binding: mock.driver }),
      peer: {
        write: (bytes) => {
          mock.port().emitData(Buffer.from(bytes));
          return Promise.resolve();
        },
        read: (count) => inbox.read(count),
        unplug: () => mock.unplug(),
      },
    };
  },
  runner,
);

const probe = openTestPty();
probe?.unplug();
if (available("a pseudo terminal", probe !== undefined)) {
  describeTransport(
    "the serial driver on a pseudo terminal",
    () => {
      const pty = openTestPty();
      if (!pty) throw new Error("no pseudo terminal");
      const inbox = createInbox();
      pty.onData((bytes) => {
        pty.pause();
        void inbox.push(bytes).then(() => pty.resume());
      });
      return {
        open: () => openSerial(pty.path),
        peer: {
          write: (bytes) => pty.write(bytes),
          read: (count) => inbox.read(count),
          unplug: () => pty.unplug(),
        },
        dispose: () => pty.unplug(),
      };
    },
    runner,
  );
}

const schemes: [string, ServerKind][] = [
  ["socket", "raw"],
  ["rfc2217", "rfc2217"],
];
for (const [scheme, kind] of schemes) {
  describeTransport(
    `${scheme}://`,
    async () => {
      const server = await startNetworkPort(kind);
      const inbox = createInbox();
      server.onData((bytes) => {
        server.pause();
        void inbox.push(bytes).then(() => server.resume());
      });
      return {
        open: () => openSerial(`${scheme}://127.0.0.1:${server.port}`),
        peer: {
          write: (bytes) => {
            server.send(bytes);
            return Promise.resolve();
          },
          read: (count) => inbox.read(count),
          unplug: () => server.drop(),
        },
        dispose: () => server.close(),
      };
    },
    runner,
  );
}
