import { readFileSync } from "node:fs";
import { compile } from "@upykit/compiler";
const files = JSON.parse(readFileSync("/tmp/x-files.json","utf8")).map(([n,c])=>[n,Buffer.from(c)]);
const t=performance.now(); const c0=process.cpuUsage(); for (const [filename,c] of files) compile(c,{filename}); 
const c=process.cpuUsage(c0); console.log("compile", (performance.now()-t).toFixed(0), ((c.user+c.system)/1000).toFixed(0));
