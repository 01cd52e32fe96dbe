// The transport contract on real Web Serial: headless Chromium, a pseudo terminal in the place of its serial port.
import { transportContract } from "@upykit/core/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Pty, openTestPty } from "../../../test/support/pty.js";
import { type TestBrowser, missingWebSerial, startChromium } from "../../../test/support/chromium.js";
import { type Inbox, createInbox } from "../../../test/support/inbox.js";
import { servePage } from "../../../test/support/page.js";
import type { StaticServer } from "../../../test/support/static-server.js";

const isMissing = missingWebSerial() !== null;
const clauses = transportContract(() => {
  throw new Error("the names are wanted, nothing else");
}).map(({ name }) => name);

declare const runClause: (name: string) => Promise<string | null>;

describe.skipIf(isMissing)("real Web Serial keeps the transport contract", () => {
  let site: StaticServer;
  let browser: TestBrowser;
  let page: Page;
  let pty: Pty | undefined;
  let inbox: Inbox;

  beforeAll(async () => {
    site = await servePage(new URL("contract-page.ts", import.meta.url), { external: ["node:*"] });
    browser = await startChromium({ serialFor: site.origin });
    page = await browser.newPage(site.origin);
    await page.exposeFunction("farWrite", (text: string) =>
      pty?.write(new Uint8Array(Buffer.from(text, "base64"))),
    );
    await page.exposeFunction("farRead", async (count: number) =>
      Buffer.from(await inbox.read(count)).toString("base64"),
    );
    await page.exposeFunction("farUnplug", () => pty?.unplug());
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  test.each(clauses)("%s", async (name) => {
    pty = openTestPty();
    if (!pty) throw new Error("no pseudo terminal");
    try {
      plugIn(pty);
      expect(await page.evaluate((clause) => runClause(clause), name)).toBeNull();
    } finally {
      pty.unplug();
    }
  });

  /** A fresh cable for each clause: the browser finds it at the same place. */
  function plugIn(cable: Pty): void {
    inbox = createInbox();
    cable.onData((bytes) => {
      cable.pause();
      void inbox.push(bytes).then(() => cable.resume());
    });
    browser.bindPort(cable.path);
  }
});
