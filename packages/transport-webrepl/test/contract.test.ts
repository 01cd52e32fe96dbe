// The transport contract over WebREPL, from Node.
import { describeTransport } from "@upykit/core/testing";
import { openWebRepl } from "@upykit/transport-webrepl/node";
import { describe, test } from "vitest";
import { createInbox } from "../../../test/support/inbox.js";
import { startWebReplServer } from "./web-repl-server.js";

describeTransport(
  "WebREPL",
  async () => {
    const inbox = createInbox();
    const server = await startWebReplServer({
      terminal: (bytes) => {
        server.pause();
        void inbox.push(bytes).then(() => server.resume());
      },
      readFile: () => new Uint8Array(),
      openForWriting: () => ({ write: () => undefined, close: () => undefined }),
    });
    return {
      open: () => openWebRepl(server.url, { password: "secret" }),
      peer: {
        write: (bytes) => {
          for (let at = 0; at < bytes.length; at += 4096) server.printAsIs(bytes.subarray(at, at + 4096));
          return Promise.resolve();
        },
        read: (count) => inbox.read(count),
        unplug: () => server.cut(),
      },
      dispose: () => server.close(),
    };
  },
  { describe, test },
);
