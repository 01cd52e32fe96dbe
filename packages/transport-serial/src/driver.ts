// The shape of a serial driver, as `@serialport/bindings-cpp` and `@serialport/binding-mock` have it. Written down here
// because the types of theirs cannot be resolved under node16.
import { autoDetect } from "@serialport/bindings-cpp";

/** A serial driver: by default `@serialport/bindings-cpp`, in tests `@serialport/binding-mock`. */
export interface SerialBinding {
  list(): Promise<DriverPort[]>;
  open(options: { path: string; baudRate: number }): Promise<SerialBindingPort>;
}

/** An open port of a {@link SerialBinding}. */
export interface SerialBindingPort {
  readonly isOpen: boolean;
  close(): Promise<void>;
  update(options: { baudRate: number }): Promise<void>;
  set(flags: { dtr?: boolean; rts?: boolean; brk?: boolean }): Promise<void>;
}

/** A port in a driver's list; ids in hexadecimal. */
export interface DriverPort {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly locationId?: string | undefined;
  readonly friendlyName?: string | undefined;
}

/** The driver of this system. */
export function systemDriver(): SerialBinding {
  return (autoDetect as () => unknown)() as SerialBinding;
}
