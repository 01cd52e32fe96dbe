// Finds the drives of CircuitPython boards that are mounted here: by what boot_out.txt on them says, or by their label.
// It does not mount anything, and changes nothing.

import { posix } from "node:path";
import { type BootOut, parseBootOut } from "../../circuitpython/boot-out.js";
import type { DriveHost } from "./drive-host.js";
import { thisHost } from "./drive-host.js";

/** A drive of a CircuitPython board. */
export interface FoundDrive {
  /** Where it is mounted: "/media/me/CIRCUITPY", "/Volumes/CIRCUITPY", "D:\\". */
  readonly path: string;
  /** Its volume label; null when it cannot be told. */
  readonly label: string | null;
  /** The device behind it; null when it cannot be told. */
  readonly device: string | null;
  /** Whether it is mounted so that nothing can be written; null when it cannot be told without trying. */
  readonly readOnly: boolean | null;
  /** What its boot_out.txt says; null when there is none, as on a drive that was just made. */
  readonly bootOut: BootOut | null;
}

/** What {@link findCircuitPythonDrives} takes. */
export interface FindDrivesOptions {
  readonly signal?: AbortSignal | undefined;
  /** The computer to look on; default: this one. */
  readonly host?: DriveHost | undefined;
}

type Candidate = Omit<FoundDrive, "bootOut">;

/** The mounted drives that are labelled CIRCUITPY or hold CircuitPython's boot_out.txt, sorted by path. */
export async function findCircuitPythonDrives(options: FindDrivesOptions = {}): Promise<FoundDrive[]> {
  const host = options.host ?? thisHost;
  options.signal?.throwIfAborted();
  const candidates = await candidatesOn(host);
  const drives: FoundDrive[] = [];
  for (const candidate of candidates) {
    options.signal?.throwIfAborted();
    const { path } = candidate;
    const file = host.platform === "win32" ? `${path}boot_out.txt` : posix.join(path, "boot_out.txt");
    const text = await host.readText(file);
    const bootOut = text === null ? null : parseBootOut(text);
    if (bootOut !== null || isCircuitPythonLabel(candidate.label)) drives.push({ ...candidate, bootOut });
  }
  return drives.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function candidatesOn(host: DriveHost): Promise<Candidate[]> {
  if (host.platform === "win32") return windowsDrives(host);
  return host.platform === "darwin" ? macVolumes(host) : linuxMounts(host);
}

/** "CIRCUITPY", and what a second one is called: "CIRCUITPY1", "CIRCUITPY 1". */
function isCircuitPythonLabel(label: string | null): boolean {
  return label !== null && /^CIRCUITPY ?\d*$/iu.test(label);
}

const driveTypes: ReadonlySet<string> = new Set(["vfat", "msdos", "exfat", "fuseblk", "9p", "drvfs"]);

async function linuxMounts(host: DriveHost): Promise<Candidate[]> {
  const text = (await host.readText("/proc/self/mounts")) ?? (await host.readText("/proc/mounts"));
  if (text === null) return [];
  const labels = await linuxLabels(host);
  const mounts = text.split("\n").map((line) => line.split(" ").map(unescapeOctal));
  return mounts.flatMap(([device = "", path = "", type = "", flags = ""]) => {
    const isDrive = driveTypes.has(type) || type.startsWith("fuse.") || type.startsWith("fuse-");
    if (!isDrive || !path.startsWith("/")) return [];
    const label = labels.get(posix.basename(device)) ?? labelOfPath(path);
    return [{ path, label, device, readOnly: flags.split(",").includes("ro") }];
  });
}

/** Labels by the name of the device, "sdb1". */
async function linuxLabels(host: DriveHost): Promise<Map<string, string>> {
  const directory = "/dev/disk/by-label";
  const labels = new Map<string, string>();
  for (const name of await host.list(directory)) {
    const link = await host.readLink(`${directory}/${name}`);
    if (link !== null) labels.set(posix.basename(link), unescapeHex(name));
  }
  return labels;
}

/** In /proc/mounts, blanks and backslashes are octal numbers. */
function unescapeOctal(text: string): string {
  return unescapeBytes(text, /\\[0-7]{3}/gu, 8, 1);
}

/** In /dev/disk/by-label, all but letters and digits are hexadecimal numbers. */
function unescapeHex(text: string): string {
  return unescapeBytes(text, /\\x[0-9a-fA-F]{2}/gu, 16, 2);
}

function unescapeBytes(text: string, pattern: RegExp, base: number, skip: number): string {
  if (!text.includes("\\")) return text;
  const encoded = encodeURIComponent(text.replace(pattern, (code) => `\0${code.slice(skip)}\0`)).replace(
    /%00([0-9a-fA-F]+)%00/gu,
    (_, digits: string) => `%${parseInt(digits, base).toString(16).padStart(2, "0")}`,
  );
  try {
    return decodeURIComponent(encoded);
  } catch {
    return text;
  }
}

/** Desktops name the mount point after the label. */
function labelOfPath(path: string): string | null {
  return /^\/(?:run\/)?(?:media|mnt)\//u.test(path) ? posix.basename(path) : null;
}

async function macVolumes(host: DriveHost): Promise<Candidate[]> {
  const mounts = (await host.run("/sbin/mount", [])) ?? "";
  const names = (await host.list("/Volumes")).filter((name) => !name.startsWith("."));
  return names.map((name) => {
    const path = `/Volumes/${name}`;
    const line = mounts.split("\n").find((one) => one.includes(` on ${path} (`));
    return {
      path,
      label: name,
      device: line?.split(" on ")[0] ?? null,
      readOnly: line === undefined ? null : /[(,] ?read-only[,)]/u.test(line),
    };
  });
}

const windowsQuery =
  "Get-CimInstance Win32_LogicalDisk | ForEach-Object { '{0}|{1}|{2}' -f $_.DeviceID, $_.DriveType, $_.VolumeName }";

/** Letters with their kind and label; without PowerShell, every letter behind the floppies is tried. */
async function windowsDrives(host: DriveHost): Promise<Candidate[]> {
  const text = await host.run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", windowsQuery]);
  if (text === null)
    return Array.from("CDEFGHIJKLMNOPQRSTUVWXYZ", (letter) => windowsDrive(`${letter}:`, null));
  return text.split(/\r?\n/u).flatMap((line) => {
    const [letter = "", type = "", ...label] = line.trim().split("|");
    const isLocal = type === "2" || type === "3";
    return /^[A-Z]:$/u.test(letter) && isLocal ? [windowsDrive(letter, label.join("|"))] : [];
  });
}

function windowsDrive(letter: string, label: string | null): Candidate {
  return { path: `${letter}\\`, label: label === "" ? null : label, device: letter, readOnly: null };
}
