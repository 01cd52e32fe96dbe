// @upykit/compiler/node: worker threads for compileAll, and a mpy-cross on this machine as back end.

export { nativeBackend, type NativeBackend, type NativeBackendOptions } from "./native-backend.js";
export { nodeWorkers, type NodeWorkersOptions } from "./workers.js";
