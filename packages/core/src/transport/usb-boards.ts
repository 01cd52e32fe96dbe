// Which USB ids belong to which boards, and how their control lines are wired: one table for serial ports in Node
// and for the filters of Web Serial. It knows ids only; what a board runs is found out by asking it.

/** What kind of board it is, as far as USB ids tell. */
export type BoardFamily =
  | "rp2"
  | "esp32"
  | "stm32"
  | "samd"
  | "nrf"
  | "mimxrt"
  | "microbit"
  | "micropython"
  | "circuitpython"
  | "arduino"
  | "usb-uart";

/**
 * What the control lines DTR and RTS do:
 *
 * - `auto-reset`: RTS alone holds the chip in reset, DTR alone pulls the boot pin; both at the same level do nothing.
 *   The two-transistor circuit behind the UART bridge of nearly every ESP32 and ESP8266 board.
 * - `usb-jtag`: the ESP32-C3/C6/S3's own USB-Serial-JTAG, which acts out that circuit in hardware.
 * - `cdc`: the board's own USB. DTR says that someone listens; without it many boards send nothing.
 * - `cdc-esp32`: the same, and RTS then DTR enters the bootloader (MicroPython on ESP32-S2/S3).
 * - `none`: a debug probe that ignores the lines.
 */
export type LineWiring = "auto-reset" | "usb-jtag" | "cdc" | "cdc-esp32" | "none";

/** One row of {@link usbBoards}. */
export interface UsbBoard {
  readonly vendorId: number;
  /** Product ids, or undefined for every product of the vendor that no other row names. */
  readonly productIds?: readonly number[];
  readonly family: BoardFamily;
  readonly wiring: LineWiring;
  /** For people: "Raspberry Pi RP2 with MicroPython". */
  readonly name: string;
  /** Where the ids are written down. */
  readonly source: string;
}

const ports = "MicroPython 1.28 ports";
const usbIds = "usb.ids";

/** The table. A row with product ids wins over its vendor's row. */
export const usbBoards: readonly UsbBoard[] = [
  // Boards with USB of their own.
  row(0x2e8a, [0x0005], "rp2", "cdc", "Raspberry Pi RP2, MicroPython", ports),
  row(0x2e8a, [0x000c], "usb-uart", "none", "Raspberry Pi Debug Probe", "raspberrypi/usb-pid"),
  row(0x2e8a, undefined, "rp2", "cdc", "RP2040 or RP2350 board", "raspberrypi/usb-pid"),
  row(0x303a, [0x1001], "esp32", "usb-jtag", "ESP32 USB-Serial-JTAG", "espressif/usb-pids"),
  row(0x303a, undefined, "esp32", "cdc-esp32", "ESP32-S2/S3, own USB", "espressif/usb-pids"),
  row(0xf055, [0x9802], "micropython", "cdc", "MicroPython board", "MicroPython 1.28 ports"),
  row(0xf055, undefined, "stm32", "cdc", "pyboard or STM32 board", ports),
  row(0x0d28, [0x0204], "microbit", "none", "micro:bit or other DAPLink board", "ARMmbed/DAPLink"),
  row(0x1915, undefined, "nrf", "cdc", "Nordic nRF52", usbIds),
  row(0x1fc9, undefined, "mimxrt", "cdc", "NXP i.MX RT", usbIds),
  row(0x239a, undefined, "circuitpython", "cdc", "Adafruit board", "CircuitPython 10 boards/*.mk"),
  row(
    0x2886,
    [0x002d, 0x002f, 0x802d, 0x802f],
    "samd",
    "cdc",
    "Seeeduino SAMD",
    "CircuitPython 10 boards/*.mk",
  ),
  row(
    0x2886,
    [0x0044, 0x0045, 0x8044, 0x8045],
    "nrf",
    "cdc",
    "Seeed XIAO nRF52840",
    "MicroPython 1.28 ports",
  ),
  row(0x2886, [0x0042, 0x8042], "rp2", "cdc", "Seeed XIAO RP2040", "CircuitPython 10 boards/*.mk"),
  row(0x2886, undefined, "circuitpython", "cdc", "Seeed Studio board", "CircuitPython 10 boards/*.mk"),
  row(0x1b4f, undefined, "circuitpython", "cdc", "SparkFun board", "CircuitPython 10 boards/*.mk"),
  row(0x1209, undefined, "circuitpython", "cdc", "Open hardware board", "pid.codes"),
  row(0x2341, [0x056b], "esp32", "cdc-esp32", "Arduino Nano ESP32", ports),
  row(0x2341, [0x025e], "rp2", "cdc", "Arduino Nano RP2040 Connect", ports),
  row(0x2341, [0x025a, 0x805a], "nrf", "cdc", "Arduino Nano 33 BLE", ports),
  row(
    0x2341,
    [0x804d, 0x804e, 0x804f, 0x8053, 0x8057, 0x824d],
    "samd",
    "cdc",
    "Arduino Zero, MKR, Nano 33 IoT",
    "usb.ids",
  ),
  row(0x2341, undefined, "arduino", "cdc", "Arduino board", usbIds),
  row(0x37c5, undefined, "micropython", "cdc", "OpenMV camera", ports),
  row(0x15ba, [0x0046], "mimxrt", "cdc", "Olimex RT1010", ports),
  row(0x1ffb, [0x2043, 0x2044], "rp2", "cdc", "Pololu 3pi+ or Zumo 2040 robot", ports),
  // Vendors that pass ids on one by one: only the boards, not all their devices.
  row(
    0x04d8,
    [
      0xe52b, 0xea2a, 0xead1, 0xead2, 0xec44, 0xec63, 0xec64, 0xec72, 0xec75, 0xed5f, 0xed94, 0xedb3, 0xedbe,
      0xee8c, 0xee8d, 0xee8e, 0xee8f, 0xef67,
    ],
    "samd",
    "cdc",
    "SAMD board with a Microchip id",
    "CircuitPython 10 boards/*.mk",
  ),
  row(0x1d50, [0x60e8], "samd", "cdc", "Open hardware SAMD board", "CircuitPython 10 boards/*.mk"),
  row(0x1d50, [0x6152, 0x6161], "nrf", "cdc", "Open hardware nRF52 board", "CircuitPython 10 boards/*.mk"),
  row(0x1d50, [0x6153, 0x6154], "rp2", "cdc", "Open hardware RP2040 board", "CircuitPython 10 boards/*.mk"),
  row(0x16d0, [0x08c6, 0x08c7, 0x08c8], "rp2", "cdc", "RP2040 board", "CircuitPython 10 boards/*.mk"),
  row(0x2b04, [0xc00c, 0xc00d, 0xc00e], "nrf", "cdc", "Particle board", "CircuitPython 10 boards/*.mk"),
  row(0x30a4, [0x0002, 0x0003], "stm32", "cdc", "Blues Swan or Cygnet", "CircuitPython 10 boards/*.mk"),
  row(0x3343, [0x83cf], "esp32", "cdc-esp32", "DFRobot FireBeetle 2", "CircuitPython 10 boards/*.mk"),
  row(0x0483, [0x572a, 0x5740], "stm32", "cdc", "STM32 board", "CircuitPython 10 boards/*.mk"),
  row(0x16d0, [0x07f2], "esp32", "cdc-esp32", "ESP32-S2/S3 board", "CircuitPython 10 boards/*.mk"),
  row(0x16d0, [0x10ed], "nrf", "cdc", "nRF52 board", "CircuitPython 10 boards/*.mk"),
  row(
    0x0483,
    [0x374b, 0x374e, 0x374f, 0x3752, 0x3753, 0x3754],
    "stm32",
    "none",
    "ST-Link of a Nucleo or Discovery",
    "stlink-org/stlink",
  ),
  // UART bridges. Most of those with MicroPython behind them are ESP32 and ESP8266 boards, wired for auto-reset.
  row(0x10c4, [0xea60, 0xea61, 0xea70, 0xea71], "esp32", "auto-reset", "Silicon Labs CP210x", usbIds),
  row(0x1a86, [0x7523, 0x7522, 0x5523], "esp32", "auto-reset", "WCH CH340/CH341", usbIds),
  row(
    0x1a86,
    [0x55d2, 0x55d3, 0x55d4, 0x55d8],
    "esp32",
    "auto-reset",
    "WCH CH342/CH343/CH9102",
    "WCH ch343ser",
  ),
  row(0x0403, [0x6001, 0x6010, 0x6011, 0x6014, 0x6015], "usb-uart", "auto-reset", "FTDI bridge", usbIds),
  row(0x067b, [0x2303, 0x23a3], "usb-uart", "auto-reset", "Prolific PL2303", usbIds),
];

/** What the table says about an id pair; undefined for ids that it does not have. */
export function findUsbBoard(vendorId: number | undefined, productId?: number): UsbBoard | undefined {
  const rows = usbBoards.filter((board) => board.vendorId === vendorId);
  const named = rows.find((board) => productId !== undefined && board.productIds?.includes(productId));
  return named ?? rows.find((board) => board.productIds === undefined);
}

function row(
  vendorId: number,
  productIds: readonly number[] | undefined,
  ...[family, wiring, name, source]: [BoardFamily, LineWiring, string, string]
): UsbBoard {
  return { vendorId, ...(productIds && { productIds }), family, wiring, name, source };
}
