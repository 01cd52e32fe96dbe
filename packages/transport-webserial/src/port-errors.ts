// What the browser throws, as the errors of upykit.
import { UpyError } from "@upykit/core/errors";

/** The rejection of `SerialPort.open()`; `connected` is what the port says of itself. */
export function openError(name: string, cause: unknown, connected: boolean | undefined): UpyError {
  const kind = cause instanceof Error ? cause.name : "";
  if (connected === false) {
    const hint = "Plug it in; its port stays granted.";
    return new UpyError("link-lost", `The ${name} is not plugged in`, { hint, cause });
  }
  if (kind === "InvalidStateError" && /forg[eo]t/i.test(String(cause))) {
    const hint = "Ask the user again: requestBoard().";
    return new UpyError("access-denied", `The page has given back the ${name}`, { hint, cause });
  }
  if (kind === "InvalidStateError") {
    const hint = "Close the other connection of this page first.";
    return new UpyError("link-busy", `The ${name} is open already`, { hint, cause });
  }
  if (kind === "SecurityError") {
    return new UpyError("access-denied", "This page may not use serial ports", { hint: policyHint, cause });
  }
  if (kind === "NetworkError") {
    const hint = "Is another program using it, or was it unplugged? On Linux: are you in the group dialout?";
    return new UpyError("link-busy", `The ${name} cannot be opened`, { hint, cause });
  }
  return new UpyError("io-error", `The ${name} cannot be opened: ${String(cause)}`, { cause });
}

const policyHint = "It takes HTTPS or localhost, and a permissions policy that allows serial.";

/** The rejection of `Serial.requestPort()`. */
export function requestError(cause: unknown): UpyError {
  const kind = cause instanceof Error ? cause.name : "";
  if (kind === "NotFoundError") {
    const hint = "The user closed the list, or found no board in it: is it plugged in with a data cable?";
    return new UpyError("aborted", "No port was chosen", { hint, cause });
  }
  if (kind === "SecurityError") {
    const hint = `Call it from a click. ${policyHint}`;
    return new UpyError("access-denied", "The browser does not ask for a port here", { hint, cause });
  }
  return new UpyError("io-error", `No port: ${String(cause)}`, { cause });
}
