import { jobs } from "./freeze-once.mjs";
const { job, ...request } = JSON.parse(process.argv[2]); const n=+process.argv[3]||30;
const ts=[],cs=[]; for (let i=0;i<n;i++){ const t=performance.now(),c=process.cpuUsage(); await jobs[job](request); const d=process.cpuUsage(c); ts.push(performance.now()-t); cs.push((d.user+d.system)/1000);}
const s=a=>[...a].sort((x,y)=>x-y); console.log(JSON.stringify({took:s(ts)[n>>1],cpu:s(cs)[n>>1],mintook:s(ts)[0],mincpu:s(cs)[0],first:ts.slice(0,4).map(x=>+x.toFixed(0))}));
