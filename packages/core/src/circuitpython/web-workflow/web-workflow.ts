// A CircuitPython board on the network as a target: finds the board behind the address, checks its version and password.

import type { Environment } from "../../environment.js";
import { isUpyError, UpyError } from "../../errors.js";
import type { Target, TargetCallOptions } from "../../targets/target.js";
import { type BootEnvironmentOptions, environmentFromBootOut } from "../boot-environment.js";
import { parseBootOut } from "../boot-out.js";
import {
  parseDevices,
  parseVersion,
  readCutVersion,
  type WebWorkflowDevice,
  type WebWorkflowVersion,
} from "./answers.js";
import { type WebAnswer, WebClient, type WebClientOptions } from "./web-client.js";
import { statusError } from "./web-errors.js";
import { WebFileSystem } from "./web-file-system.js";

/** What {@link webWorkflow} takes. */
export interface WebWorkflowOptions extends WebClientOptions, BootEnvironmentOptions {
  /** For messages. Default: "CircuitPython board at <address>". */
  readonly name?: string | undefined;
  /** What is known better than by the board. */
  readonly environment?: Partial<Environment> | undefined;
  /** The time that written files get, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A board on the network. */
export interface WebWorkflowTarget extends Target {
  /** What it said of itself. */
  readonly about: WebWorkflowVersion;
  /** Its own address, like "http://cpy-f57ce8.local". */
  readonly origin: string;
  /** Other boards that it sees on its network. */
  devices(options?: TargetCallOptions): Promise<readonly WebWorkflowDevice[]>;
}

const knownApis = [1, 4] as const;

/**
 * Connects to a board's web workflow. `host` is a name or address, with a port where it is not 80: "cpy-f57ce8.local",
 * "192.168.1.94:8080", or "circuitpython.local", which leads to any one board.
 * @throws `no-response` when nothing answers; `protocol` when it is no such board; `access-denied` for the password;
 * `unsupported` for a version of the API that is not known
 */
export async function webWorkflow(host: string, options: WebWorkflowOptions): Promise<WebWorkflowTarget> {
  const client = new WebClient(originOf(host), options);
  const about = await identify(client, options);
  const fs = new WebFileSystem(client, options.now ?? Date.now);
  await fs.list("/", { signal: options.signal });
  return {
    name: options.name ?? `CircuitPython board at ${client.origin.replace("http://", "")}`,
    fs,
    about,
    origin: client.origin,
    environment: (call) => {
      call?.signal?.throwIfAborted();
      return Promise.resolve({ ...environmentFromBootOut(about, options), ...options.environment });
    },
    devices: async (call) => {
      const answer = await client.send({ method: "GET", path: "/cp/devices.json", signal: call?.signal });
      if (answer.status !== 200) throw statusError(answer.status, "/cp/devices.json");
      return parseDevices(new TextDecoder().decode(answer.body));
    },
  };
}

function originOf(host: string): string {
  const text = host.includes("://") ? host : `http://${host}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && /^https?:$/u.test(url.protocol) && url.username === "" && url.password === "";
  if (isPlain && url.pathname === "/" && url.search === "" && url.hash === "") return url.origin;
  throw new UpyError("invalid-argument", `${JSON.stringify(host)} is not the address of a board.`, {
    hint: 'Give a name or an address, like "cpy-f57ce8.local" or "192.168.1.94:80"; the password is an option.',
  });
}

/** Asks, without the password, who is there; from then on only that board is asked. */
async function identify(client: WebClient, options: WebWorkflowOptions): Promise<WebWorkflowVersion> {
  const asked = client.origin;
  const answer = await askVersion(client, options);
  if (answer.status !== 200)
    throw statusError(answer.status === 404 ? 502 : answer.status, `${asked}/cp/version.json`);
  const body = new TextDecoder().decode(answer.body);
  const cut = isComplete(body) ? null : readCutVersion(body);
  const about = cut === null ? parseVersion(body) : null;
  client.origin = boardOrigin(asked, answer.url, about);
  const [oldest, newest] = knownApis;
  const api = about?.webApiVersion ?? cut?.webApiVersion ?? 0;
  if (api < oldest || api > newest) throw unknownApi(api);
  return about ?? completed(client, cut ?? { webApiVersion: api, version: "" }, options);
}

async function askVersion(client: WebClient, { signal }: WebWorkflowOptions): Promise<WebAnswer> {
  try {
    return await client.send({ method: "GET", path: "/cp/version.json", signal });
  } catch (error) {
    if (!isUpyError(error, "link-lost")) throw error;
    throw new UpyError("no-response", `No board answers at ${client.origin}.`, {
      hint: `${pageHint(client.origin)}Check that it has power, is on this network, and has CIRCUITPY_WIFI_SSID, CIRCUITPY_WIFI_PASSWORD and CIRCUITPY_WEB_API_PASSWORD in settings.toml; try its IP address instead of its name.`,
      cause: error.cause,
    });
  }
}

/**
 * What a page has to know, which sees a refusal as silence: the board answers pages of http from itself and localhost only
 * (_origin_ok of web_workflow.c), and browsers block what a page of https asks of http.
 */
function pageHint(board: string): string {
  const { location } = globalThis as {
    readonly location?: Pick<URL, "origin" | "protocol" | "hostname">;
  };
  if (location === undefined || !/^https?:$/.test(location.protocol) || location.origin === board) return "";
  if (location.protocol === "http:" && location.hostname === "localhost") return "";
  return `This page is from ${location.origin}: open it from http://localhost, or from https where the browser lets it ask devices of the local network. `;
}

function isComplete(body: string): boolean {
  return body.trimEnd().endsWith("}");
}

/** Where the board said nothing of itself, its boot_out.txt does. */
async function completed(
  client: WebClient,
  cut: Pick<WebWorkflowVersion, "webApiVersion" | "version">,
  { signal }: WebWorkflowOptions,
): Promise<WebWorkflowVersion> {
  const { body, status } = await client.send({ method: "GET", path: "/fs/boot_out.txt", signal });
  const bootOut = status === 200 ? parseBootOut(new TextDecoder().decode(body)) : null;
  return {
    ...cut,
    boardName: bootOut?.boardName ?? null,
    chip: bootOut?.chip ?? null,
    boardId: bootOut?.boardId ?? null,
    hostname: null,
    port: Number(new URL(client.origin).port || 80),
  };
}

/** "circuitpython.local" sends on to a board's own name; nobody else may send the password anywhere. */
function boardOrigin(asked: string, url: string, about: WebWorkflowVersion | null): string {
  const host = new URL(asked).hostname;
  const answered = url === "" ? guessOrigin(asked, about) : new URL(url).origin;
  if (answered === asked) return asked;
  const isBoard = /^http:\/\/[a-z0-9-]+\.local(?::\d+)?$/iu.test(answered);
  if (host === "circuitpython.local" && isBoard) return answered;
  throw new UpyError("protocol", `${asked} sends on to ${answered}, which is not a board of this network.`, {
    hint: "Give the board's own name or IP address; its password is not sent there.",
  });
}

/** For a fetch that does not tell where its answer came from. */
function guessOrigin(asked: string, about: WebWorkflowVersion | null): string {
  if (new URL(asked).hostname !== "circuitpython.local" || about?.hostname == null) return asked;
  return new URL(`http://${about.hostname}.local:${about.port}`).origin;
}

function unknownApi(version: number): UpyError {
  return new UpyError(
    "unsupported",
    `The board speaks version ${version} of the web workflow; 1 to 4 are known.`,
    {
      hint: "Update upykit, or use the board's drive or REPL.",
    },
  );
}
