import { jobs } from "./freeze-once.mjs"; import { execFileSync } from "node:child_process"; import fs from "node:fs";
const M="/work/ref/micropython", L="/work/ref/micropython-lib"; const header="/work/wt/frost6/packages/freezer/src/fixtures/freeze/expected/qstrdefs.preprocessed.h";
let same=0, diff=[];
for (const port of (process.argv[2]??"rp2").split(",")) { const P=`${M}/ports/${port}`;
 const dirs=[`${P}/boards`, ...fs.readdirSync(`${P}/boards`).map(d=>`${P}/boards/${d}`)].filter(d=>fs.existsSync(`${d}/manifest.py`));
 for (const B of dirs) {
  const b="/work/ref/frost6/b"; fs.rmSync(b,{recursive:true,force:true}); fs.mkdirSync(b+"/genhdr",{recursive:true}); fs.copyFileSync(header,b+"/genhdr/qstrdefs.preprocessed.h");
  const v={MPY_DIR:M,MPY_LIB_DIR:L,PORT_DIR:P,BOARD_DIR:B}; const args=[`${M}/tools/makemanifest.py`,"-o",b+"/f.c","-b",b]; for(const [k,x] of Object.entries(v)) args.push("-v",`${k}=${x}`);
  let theirs, ours; try { execFileSync("python3",[...args,"--mpy-tool-flags=",`${B}/manifest.py`],{stdio:["ignore","pipe","pipe"]}); theirs=fs.readFileSync(b+"/f.c","utf8"); } catch(e){ theirs="ERR "+String(e.stderr).trim().split("\n").pop(); }
  try { ours=(await jobs.freeze({manifest:`${B}/manifest.py`,roots:[M,L],variables:v,qstrs:fs.readFileSync(header,"utf8"),buildDirectory:b,order:"disk"}))[0][1]; } catch(e){ ours="ERR "+e.code+" "+e.message; }
  const ok=theirs===ours; if(ok) same++; console.log(ok?"same":"DIFF", B.slice(M.length), theirs.length, ok?"":theirs.slice(0,150)+" || "+ours.slice(0,150));
 } }
console.log("same",same);
