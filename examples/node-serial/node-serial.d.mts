import type { PortInfo } from "@upykit/transport-serial";

/** A table of the ports, boards first; one line that says so when there are none. */
export function describePorts(ports?: readonly PortInfo[]): Promise<string[]>;
/** The path that was asked for, or the only board there is. */
export function choosePort(asked?: string): Promise<string>;
/** Installs, then runs code; prints as it goes. */
export function installAndRun(options: {
  port?: string;
  packages?: string[];
  run?: string;
  index?: string;
  print?: (text: string) => void;
  signal?: AbortSignal;
}): Promise<void>;
