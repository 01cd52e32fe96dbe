import { jobs } from "./freeze-once.mjs";
import { readFileSync } from "node:fs";
const [job, n] = process.argv.slice(2);
const M="/work/ref/micropython", L="/work/ref/micropython-lib", G="/work/wt/freeze/packages/freezer/src/fixtures/freeze";
const qstrs = readFileSync(`${G}/expected/qstrdefs.preprocessed.h`,"utf8");
const reqs = { golden: ["freeze",{manifest:`${G}/app/manifest.py`,roots:[G],variables:{MPY_LIB_DIR:`${G}/lib`,PORT_DIR:`${G}/app`,BOARD_DIR:`${G}/board`},qstrs,buildDirectory:"b"}],
 esp32: ["freeze",{manifest:`${M}/ports/esp32/boards/manifest.py`,roots:[M,L],variables:{MPY_DIR:M,MPY_LIB_DIR:L,PORT_DIR:`${M}/ports/esp32`,BOARD_DIR:`${M}/ports/esp32/boards`},qstrs,buildDirectory:"b"}],
 index: ["index",{library:L}]};
const [j,r]=reqs[job];
for (let i=0;i<Number(n);i++){const c0=process.cpuUsage();const t=performance.now();await jobs[j](r);const c=process.cpuUsage(c0);console.log(i,(performance.now()-t).toFixed(1),"cpu",((c.user+c.system)/1000).toFixed(1));}
