import { eachManifestPackage } from "@upykit/core/manifest";
import { nodeFileSystem } from "@upykit/core/node/file-system";
import { buildIndex } from "@upykit/freezer";
const t=performance.now(); const all=[]; let b=0;
for await (const p of eachManifestPackage("/work/ref/micropython-lib", { fileSystem: nodeFileSystem("/work/ref/micropython-lib") })) all.push(p);
const t1=performance.now();
const r=await buildIndex(all,{updated:0}); const t2=performance.now();
const set=new Map(); for (const p of all) for (const f of p.files) set.set(f.content, f.content.length); for (const v of set.values()) b+=v;
console.log(all.length, "manifests", (t1-t).toFixed(0), "build", (t2-t1).toFixed(0), r.compiled, set.size, b);
