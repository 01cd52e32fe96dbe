// What the web workflow's JSON says, in the shapes of every version of it, checked at the border.
// Source: docs/workflows.md and supervisor/shared/web_workflow/web_workflow.c of CircuitPython 8.0 to 10.2.

import * as z from "zod/mini";
import { UpyError } from "../../errors.js";

/** What `/cp/version.json` says of a board. */
export interface WebWorkflowVersion {
  /** 1 to 4 so far; it versions the rest of the API. */
  readonly webApiVersion: number;
  /** CircuitPython's own. */
  readonly version: string;
  readonly boardName: string | null;
  readonly chip: string | null;
  readonly boardId: string | null;
  /** Its name on the network without ".local", like "cpy-f57ce8"; null without mDNS. */
  readonly hostname: string | null;
  readonly port: number;
}

/** One board that another one has found on its network. */
export interface WebWorkflowDevice {
  readonly hostname: string;
  /** For people. */
  readonly name: string;
  readonly ip: string;
  readonly port: number;
}

/** One file system of the board, in bytes. */
export interface DiskInfo {
  readonly root: string;
  readonly free: number;
  readonly total: number;
  readonly blockSize: number;
  /** Null where the board does not say. */
  readonly writable: boolean | null;
}

/** One entry of a directory. */
export interface ListedFile {
  readonly name: string;
  readonly directory: boolean;
  readonly size: number;
}

/** What a directory says. */
export interface Listing {
  readonly files: readonly ListedFile[];
  /** Null before version 4. */
  readonly writable: boolean | null;
}

const count = z.number().check(z.gte(0));
const text = z.string().check(z.maxLength(300));
const optionalText = z._default(text, "");

const versionSchema = z.object({
  web_api_version: z.int(),
  version: text,
  board_name: optionalText,
  mcu_name: optionalText,
  board_id: optionalText,
  hostname: optionalText,
  port: z._default(z.int().check(z.gte(1), z.lte(65535)), 80),
});

const devicesSchema = z.object({
  devices: z.array(z.object({ hostname: text, instance_name: text, port: count, ip: text })),
});

const diskSchema = z.object({
  root: z._default(z.string(), "/"),
  free: count,
  total: count,
  block_size: count.check(z.gte(1)),
  writable: z.optional(z.boolean()),
});

const fileName = z.string().check(z.regex(/^[^/]+$/u));
const filesSchema = z.array(z.object({ name: fileName, directory: z.boolean(), file_size: count }));
const listingSchema = z.union([
  filesSchema,
  z.object({ files: filesSchema, writable: z.optional(z.boolean()) }),
]);

/** @throws `protocol` */
export function parseVersion(body: string): WebWorkflowVersion {
  const answer = check(versionSchema, body, "/cp/version.json");
  return {
    webApiVersion: answer.web_api_version,
    version: answer.version,
    boardName: answer.board_name || null,
    chip: answer.mcu_name || null,
    boardId: answer.board_id || null,
    hostname: answer.hostname || null,
    port: answer.port,
  };
}

/** @throws `protocol` */
export function parseDevices(body: string): WebWorkflowDevice[] {
  const { devices } = check(devicesSchema, body, "/cp/devices.json");
  return devices.map(({ hostname, instance_name: name, port, ip }) => ({ hostname, name, port, ip }));
}

/** One disk in bytes before version 3, a list of disks in clusters since. @throws `protocol` */
export function parseDisks(body: string): DiskInfo[] {
  const answer = check(z.union([diskSchema, z.array(diskSchema)]), body, "/cp/diskinfo.json");
  const [disks, counted] = Array.isArray(answer) ? [answer, true] : [[answer], false];
  return disks.map(({ root, free, total, block_size: blockSize, writable }) => {
    const unit = counted ? blockSize : 1;
    return { root, free: free * unit, total: total * unit, blockSize, writable: writable ?? null };
  });
}

/** A list before version 4, an object with a list since. @throws `protocol` */
export function parseListing(body: string, path: string): Listing {
  const answer = check(listingSchema, body, path);
  const [files, writable] = Array.isArray(answer) ? [answer, null] : [answer.files, answer.writable ?? null];
  return {
    files: files.map(({ name, directory, file_size: size }) => ({
      name,
      directory,
      size: directory ? 0 : size,
    })),
    writable,
  };
}

function check<Schema extends z.ZodMiniType>(schema: Schema, body: string, what: string): z.output<Schema> {
  const result = schema.safeParse(parseLoosely(body));
  if (result.success) return result.data;
  throw new UpyError("protocol", `${what} is not what CircuitPython answers there.`, {
    hint: "Check that the address is that of a CircuitPython board, and not of a router or proxy.",
  });
}

/** Between disks that it leaves out, the board writes a comma too many. */
function parseLoosely(body: string): unknown {
  try {
    return JSON.parse(body.replace(/,(?=\s*[,\]])/gu, ""));
  } catch {
    return undefined;
  }
}

/** Without mDNS, some versions end the answer at the empty host name: its first fields are there nevertheless. */
export function readCutVersion(body: string): Pick<WebWorkflowVersion, "webApiVersion" | "version"> | null {
  const api = /"web_api_version": *(\d+)/u.exec(body)?.[1];
  const version = /"version": *"([^"]{1,300})"/u.exec(body)?.[1];
  return api === undefined || version === undefined ? null : { webApiVersion: Number(api), version };
}
