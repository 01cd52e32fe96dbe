import { eachManifestPackage } from "@upykit/core/manifest"; import { writeFileSync } from "node:fs";
import { nodeFileSystem } from "@upykit/core/node/file-system"; import { tagSource } from "@upykit/core/mpy";
const set=new Map();
for await (const p of eachManifestPackage("/work/ref/micropython-lib", { fileSystem: nodeFileSystem("/work/ref/micropython-lib") })) for (const f of p.files) { const s=Buffer.from(tagSource(f.content,f.version)).toString(); set.set(f.path+" "+s,[f.path,s]); }
writeFileSync("/tmp/x-files.json", JSON.stringify([...set.values()])); console.log(set.size);
