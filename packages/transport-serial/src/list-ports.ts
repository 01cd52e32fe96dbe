// Lists serial ports and says which of them look like boards. On Linux it reads /sys itself, so that it works without
// udev (in containers); elsewhere it asks the driver's own list.
import { type BoardFamily, type LineWiring, findUsbBoard } from "@upykit/core/transport";
import { systemDriver } from "./driver.js";
import { type UsbFacts, listSysfsPorts } from "./sysfs-ports.js";
import { portError } from "./port-errors.js";

/** A serial port of this computer. Ids and names are undefined where the port or the system does not tell them. */
export interface PortInfo extends UsbFacts {
  /** What to open: "/dev/ttyACM0", "COM3". It may change when the board is plugged in again. */
  readonly path: string;
  /** A name that stays with the board: "/dev/serial/by-id/usb-…". Linux with udev only. */
  readonly stablePath: string | undefined;
  /** What the USB ids say about the board; see `usbBoards` in `@upykit/core/device`. */
  readonly family: BoardFamily | undefined;
  /** How the control lines are wired. */
  readonly wiring: LineWiring | undefined;
}

/** Which ports to take: those that agree in every property given, or for which the function says so. */
export type PortFilter =
  | Partial<Pick<PortInfo, "path" | "vendorId" | "productId" | "serialNumber" | "location" | "family">>
  | ((port: PortInfo) => boolean);

/** What {@link listPorts} takes. */
export interface ListPortsOptions {
  /** The folder that holds sys and dev; default "/". For containers that see the host's elsewhere. Linux only. */
  readonly root?: string | undefined;
}

/**
 * The serial ports there are, sorted by path. With a filter, those it takes:
 * `listPorts({ family: "rp2" })`, `listPorts((port) => port.vendorId !== undefined)`.
 *
 * @throws `io-error` when the system's list cannot be read
 */
export async function listPorts(filter?: PortFilter, options: ListPortsOptions = {}): Promise<PortInfo[]> {
  const found = process.platform === "linux" ? listSysfsPorts(options.root ?? "/") : listDriverPorts();
  const ports = (await found).map((port) => {
    const board = findUsbBoard(port.vendorId, port.productId);
    return { ...port, family: board?.family, wiring: board?.wiring };
  });
  return ports.filter((port) => matches(port, filter)).sort(byPath);
}

/** Whether a port is one of those that a filter takes. */
export function matches(port: PortInfo, filter: PortFilter | undefined): boolean {
  if (typeof filter === "function") return filter(port);
  const asked = Object.entries(filter ?? {}) as [keyof PortInfo, unknown][];
  return asked.every(
    ([key, value]) => value === undefined || port[key] === value || isName(port, key, value),
  );
}

/** A port can be asked for by its other names too. */
function isName(port: PortInfo, key: keyof PortInfo, value: unknown): boolean {
  return key === "path" && typeof value === "string" && [port.path, port.stablePath].includes(listed(value));
}

/** macOS has each port as /dev/cu.x (what pyserial and mpremote name) and as /dev/tty.x (what the driver lists). */
function listed(path: string): string {
  return path.replace("/dev/cu.", "/dev/tty.").replace(/^com(?=\d+$)/, "COM");
}

function byPath(a: PortInfo, b: PortInfo): number {
  return a.path.localeCompare(b.path, "en", { numeric: true });
}

type ListedPort = Omit<PortInfo, "family" | "wiring">;

async function listDriverPorts(): Promise<ListedPort[]> {
  try {
    const ports = await systemDriver().list();
    return ports.map((port) => ({
      path: port.path,
      stablePath: undefined,
      vendorId: hex(port.vendorId),
      productId: hex(port.productId),
      serialNumber: port.serialNumber,
      manufacturer: port.manufacturer,
      product: port.friendlyName,
      location: port.locationId,
    }));
  } catch (error) {
    throw portError("the list of serial ports", error);
  }
}

function hex(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? "", 16);
  return Number.isNaN(value) ? undefined : value;
}
