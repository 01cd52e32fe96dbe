import { evaluateManifest, memoryFileSystem } from "@upykit/core/manifest";
const big={}; for(let i=0;i<40;i++) for(let j=0;j<40;j++) for (let k=0;k<10;k++) big[`/p/t/d${i}/e${j}/f${k}.py`]="";
const deepTree={"/p/a.py":""}; let dp="/p/t"; for(let i=0;i<60;i++){dp+="/d"; deepTree[dp+"/x.py"]="";}
const rows=[["pct .3d",'module("%.3d|%+06.3d|%-8.3d|%#06x|%08.3d|%.0f|%#.4x|% d.py" % (5, 5, 5, 10, -5, 1.0, 255, 3))'],
["kwargs", 'def f(**k):\n    pass\nd = {str(i): i for i in range(10000)}\nwhile 1:\n    f(**d)'],
["nested list copy", 'x = list(range(100000))\nwhile 1:\n    [*x, *x]'],
["copy", 'x = list(range(100000))\nwhile 1:\n    x.copy()'],
["extend self", 'x = [1]\nwhile 1:\n    x.extend(x)'],
["iadd str", 'x = ""\nwhile 1:\n    x += "a" * 1000'],
["environ", 'import os\nwhile 1:\n    os.environ.get("a")'],
];
const only=process.argv[2];
let slow=0;
for (const [name, text, files={}] of rows) { if (only&&name!==only) continue;
  const fileSystem=memoryFileSystem({"/p/a.py":"","/p/manifest.py":text,...files});
  const t=performance.now(), m0=process.memoryUsage().rss; let res;
  try { const r=await evaluateManifest("/p/manifest.py",{fileSystem,roots:["/p"]}); res=`OK ${r.files.length} files`; }
  catch(e){ res=`${e.name} ${e.code} ${e.file?.slice(-20)}:${e.line} ${String(e.message).slice(0,110)}`; if(e.name!=="ManifestError"||!e.file||!(e.line>0)) res="!!! "+res; }
  const dt=performance.now()-t; const mb=(process.memoryUsage().rss-m0)/1e6;
  console.log(`${dt>1500?"SLOW ":""}${mb>150?"MEM ":""}${dt.toFixed(0)}ms ${mb.toFixed(0)}MB ${name}: ${res}`);
}
