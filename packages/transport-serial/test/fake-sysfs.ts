// A folder with the part of /sys and /dev that tells of serial ports, laid out as Linux 6.1 does: boards can be plugged in
// and out of it without hardware or udev.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A USB device with a serial port. */
export interface FakeUsb {
  /** Its name in /dev. */
  readonly tty: string;
  /** Where it is plugged in: "1-1.4". */
  readonly device: string;
  /** What it tells of itself, by the names of the files in /sys. */
  readonly attributes: Record<string, string>;
  /** Serial bridges have a folder of their own between the interface and the tty. */
  readonly bridge?: boolean;
  /** What its file in /dev leads to; default an empty file. */
  readonly terminal?: string;
}

/** A root folder with these devices; it goes with the test. */
export async function fakeRoot(devices: readonly FakeUsb[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "upykit-sys-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, "dev"), { recursive: true });
  for (const device of devices) await plugIn(root, device);
  return root;
}

/** Puts a device in: /sys first, then /dev, as the kernel does. */
export async function plugIn(root: string, usb: FakeUsb): Promise<void> {
  const { tty, device, attributes, bridge, terminal } = usb;
  const port = join(folderOf(root, device), `${device}:1.0`, ...(bridge ? [tty] : []));
  const folder = join(port, "tty", tty);
  await mkdir(folder, { recursive: true });
  for (const [name, value] of Object.entries(attributes)) {
    await writeFile(join(folderOf(root, device), name), `${value}\n`);
  }
  await symlink(port, join(folder, "device"));
  await place(folder, join(root, "sys/class/tty", tty));
  const node = join(root, "dev", tty);
  await (terminal === undefined ? writeFile(node, "") : symlink(terminal, node));
}

/** Takes a device out. */
export async function pullOut(root: string, { tty, device }: FakeUsb): Promise<void> {
  await rm(join(root, "dev", tty), { force: true });
  await rm(join(root, "sys/class/tty", tty), { force: true });
  await rm(folderOf(root, device), { recursive: true, force: true });
}

/** Makes a link, and the folders to it. */
export async function place(target: string, link: string): Promise<void> {
  await mkdir(dirname(link), { recursive: true });
  await symlink(target, link);
}

function folderOf(root: string, device: string): string {
  return join(root, "sys/devices/pci0000:00/0000:00:14.0/usb1", device);
}
