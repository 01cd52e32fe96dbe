// @upykit/compiler/worker: what runs inside a Web Worker for `webWorkers`. Loading it in a worker is all there is to do.

import { serveBatches } from "./bulk/serve-batches.js";

serveBatches(globalThis);
