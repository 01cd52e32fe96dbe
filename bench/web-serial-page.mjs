// What runs in Chromium for links.bench.mjs: the same measurements over the browser's own Web Serial.
import { grantedPorts, openWebSerial } from "@upykit/transport-webserial";
import { bareMeter, boardMeter } from "./measure-link.mjs";

let meter;

globalThis.openMeter = async (end) => {
  const [port] = await grantedPorts();
  const transport = await openWebSerial(port);
  meter = end === "sink" ? bareMeter(transport) : await boardMeter(transport);
};
globalThis.measureOnce = () =>
  meter.measure().catch((error) => {
    throw new Error(`${error.message}: ${error.cause}`); // the cause does not leave the page by itself
  });
globalThis.closeMeter = () => meter.close();
