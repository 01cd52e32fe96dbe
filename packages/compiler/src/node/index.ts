/**
 * Worker threads for `compileAll`, and a mpy-cross on this machine as back end.
 *
 * @module
 */

export { nativeBackend, type NativeBackend, type NativeBackendOptions } from "./native-backend.js";
export { nodeWorkers, type NodeWorkersOptions } from "./workers.js";
