// Names of modules that are C code in some firmware, to tell them from frozen ones where a board only lists names.
// Source: MP_REGISTER_MODULE and MP_REGISTER_EXTENSIBLE_MODULE in MicroPython 1.28 and CircuitPython 10.3, all ports.

const micropython: ReadonlySet<string> = new Set(
  `__main__ _asyncio _bluetooth _espnow _onewire _rp2 _thread _webrepl alif array binascii ble bluetooth board btree
  builtins cmath collections cryptolib deflate errno esp esp32 ffi framebuf gc hashlib heapq io jni js jsffi json lwip
  machine marshal math microbit micropython mimxrt music network nrf openamp os platform pyb random re renesas rp2 samd
  select socket spiflash ssl stm string struct sys termios time tls ubluepy uctypes uos utimeq vfs weakref websocket
  wipy zephyr zlib zsensor`.split(/\s+/u),
);

const circuitpython: ReadonlySet<string> = new Set(
  `__future__ __main__ _asyncio _bhb _bleio _eve _pixelmap _stage _thread adafruit_bus_device adafruit_pixelbuf aesio
  alarm analogbufio analogio array atexit audiobusio audiocore audiodelays audiofilewriter audiofilters audiofreeverb
  audioi2sin audioio audiomixer audiomp3 audiopwmio audiospeed aurora_epaper binascii bitbangio bitmapfilter
  bitmaptools bitops board builtins busdisplay busio camera canio cardputer_keyboard cmath codeop collections countio
  cyw43 deflate digitalio displayio dotclockframebuffer dualbank epaperdisplay errno espcamera espidf espnow espulp
  floppyio fontio fourwire framebufferio frequencyio gamepadshift gc getpass gifio gnss hashlib heapq hostnetwork
  i2cdisplaybus i2cioexpander i2cperipheral i2ctarget imagecapture io ipaddress is31fl3741 jpegio json keypad
  keypad_demux locale lvfontio math max3421e mcp4822 mdns memorymap memorymonitor microcontroller micropython mipidsi
  msgpack multiterminal neopixel_write nvm onewireio os paralleldisplay paralleldisplaybus picodvi platform ps2io
  pulseio pwmio qrio qspibus rainbowio random rclcpy re rgbmatrix rotaryio rp2pio rtc samd sdcardio sdioio
  select sensor sharpdisplay socketpool spitarget ssl storage struct supervisor synthio sys terminalio
  tilepalettemapper time touchio traceback uheap ulab usb usb_audio usb_cdc usb_hid usb_host usb_midi usb_video ustack
  vectorio videocore warnings watchdog wifi wiznet zephyr_display zlib`.split(/\s+/u),
);

/** Whether some firmware of this implementation has the module as C code. "utime" counts as "time". */
export function isBuiltinName(name: string, implementation: string): boolean {
  if (implementation === "circuitpython") return circuitpython.has(name);
  return micropython.has(name) || (name.startsWith("u") && micropython.has(name.slice(1)));
}

/** Modules of every CircuitPython board that circuitpython.org's data leaves out. */
export const alwaysBuiltin: readonly string[] = [
  "__future__",
  "__main__",
  "builtins",
  "gc",
  "micropython",
  "sys",
];
