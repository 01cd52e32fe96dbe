// The transport contract on a port that keeps the rules of the Web Serial standard.
import { describeTransport } from "@upykit/core/testing";
import { openWebSerial } from "@upykit/transport-webserial";
import { describe, test } from "vitest";
import { createInbox } from "../../../test/support/inbox.js";
import { FakeSerialPort } from "./fake-serial-port.js";

describeTransport(
  "a SerialPort",
  () => {
    const inbox = createInbox();
    let send: (bytes: Uint8Array) => void = () => undefined;
    const port = new FakeSerialPort((given) => {
      send = given;
      return { write: (bytes) => inbox.push(bytes) };
    });
    return {
      open: () => openWebSerial(port),
      peer: {
        write: (bytes) => {
          send(bytes.slice());
          return Promise.resolve();
        },
        read: (count) => inbox.read(count),
        unplug: () => port.unplug(),
      },
    };
  },
  { describe, test },
);
