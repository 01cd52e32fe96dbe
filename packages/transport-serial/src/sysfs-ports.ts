// Reads the serial ports of a Linux machine out of /sys/class/tty and /dev/serial/by-id: no udev, no child process.
// Layout: linux/Documentation/ABI/stable/sysfs-bus-usb.
import { readFile, readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What USB tells about a port. */
export interface UsbFacts {
  readonly vendorId: number | undefined;
  readonly productId: number | undefined;
  readonly serialNumber: string | undefined;
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  /** Where it is plugged in, like "1-1.4:1.0" (bus, hub ports, interface): stays when the board has no serial number. */
  readonly location: string | undefined;
}

/** A port as /sys shows it. */
export interface SysfsPort extends UsbFacts {
  readonly path: string;
  readonly stablePath: string | undefined;
}

const noFacts: UsbFacts = {
  vendorId: undefined,
  productId: undefined,
  serialNumber: undefined,
  manufacturer: undefined,
  product: undefined,
  location: undefined,
};

/** The ports behind which there is hardware; virtual consoles and the UARTs of a PC that are not there are left out. */
export async function listSysfsPorts(root: string): Promise<SysfsPort[]> {
  const names = await readdir(join(root, "sys/class/tty")).catch(() => []);
  const stable = await stableNames(root);
  const ports = await Promise.all(
    names.map(async (name): Promise<SysfsPort | undefined> => {
      const facts = await factsOf(join(root, "sys/class/tty", name, "device"));
      return facts && { path: join(root, "dev", name), stablePath: stable.get(name), ...facts };
    }),
  );
  return ports.filter((port) => port !== undefined);
}

/** Undefined for a tty that is no port to talk to. */
async function factsOf(device: string): Promise<UsbFacts | undefined> {
  const real = await realpath(device).catch(() => undefined);
  if (real === undefined) return undefined;
  const usb = await usbDeviceAbove(real);
  if (usb) return usb;
  return ["", "platform"].includes(await busOf(real)) ? undefined : noFacts;
}

/** The bus of the hardware; Linux 6.5 put two devices of its own, on the bus "serial-base", between it and the tty. */
async function busOf(device: string): Promise<string> {
  const bus = basename(await realpath(join(device, "subsystem")).catch(() => ""));
  return bus === "serial-base" ? busOf(dirname(device)) : bus;
}

/** Climbs from the tty's device to the USB device that it is a part of. */
async function usbDeviceAbove(start: string): Promise<UsbFacts | undefined> {
  let location = "";
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const vendor = await attribute(folder, "idVendor");
    if (vendor !== undefined) return usbFacts(folder, vendor, location || basename(folder));
    if (/^\d+-[\d.]+:\d+\.\d+$/.test(basename(folder))) location = basename(folder);
  }
  return undefined;
}

async function usbFacts(folder: string, vendor: string, location: string): Promise<UsbFacts> {
  const [product, serialNumber, manufacturer, name] = await Promise.all(
    ["idProduct", "serial", "manufacturer", "product"].map((key) => attribute(folder, key)),
  );
  return {
    vendorId: Number.parseInt(vendor, 16),
    productId: Number.parseInt(product ?? "", 16),
    serialNumber,
    manufacturer,
    product: name,
    location,
  };
}

async function attribute(folder: string, name: string): Promise<string | undefined> {
  const text = await readFile(join(folder, name), "utf8").catch(() => "");
  return text.trim() || undefined;
}

/** tty name to its name under /dev/serial/by-id, where udev makes such names. */
async function stableNames(root: string): Promise<Map<string, string>> {
  const folder = join(root, "dev/serial/by-id");
  const names = await readdir(folder).catch(() => []);
  const pairs = names.map(async (name): Promise<[string, string]> => {
    const target = await realpath(join(folder, name)).catch(() => "");
    return [basename(target), join(folder, name)];
  });
  return new Map(await Promise.all(pairs));
}
