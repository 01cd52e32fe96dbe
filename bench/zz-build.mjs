import { buildBundle } from "./zz-tmp.mjs"; import {mkdirSync} from "node:fs";
mkdirSync("/tmp/cp7/b",{recursive:true}); buildBundle("/tmp/cp7/b");
