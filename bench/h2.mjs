import { evaluateManifest, memoryFileSystem } from "@upykit/core/manifest";
const big={}; for(let i=0;i<40;i++) for(let j=0;j<40;j++) for (let k=0;k<10;k++) big[`/p/t/d${i}/e${j}/f${k}.py`]="";
const deepTree={"/p/a.py":""}; let dp="/p/t"; for(let i=0;i<60;i++){dp+="/d"; deepTree[dp+"/x.py"]="";}
const rows=[["pct .3d",'module("%.3d|%+06.3d|%-8.3d|%#06x|%08.3d|%.0f|%#.4x|% d.py" % (5, 5, 5, 10, -5, 1.0, 255, 3))'],
["pct inf",'"%d" % (1e308 * 10)'],["pct nan",'x = 1e308 * 10\n"%d" % (x - x)'],["round inf",'round(1e308 * 10)'],["floordiv inf",'x = (1e308 * 10) // 1\nmodule("nope.py")'],["int inf",'int(1e308*10)'],["key inf",'{1e308*10: 1}\nmodule("nope.py")'],["range idx",'range(3)[10**30]'],["list idx",'[1][10**30]'],["list idx2",'[1][1e3]'],["chr big",'chr(10**10)'],["str idx",'"abc"[10**20]'],["slice big",'x = "abc"[-10**30:10**30:10**20]\nmodule(x)'],["enumerate start",'list(enumerate([1], 10**30))\nmodule("nope.py")'],["exec zip",'zip(1)'],["format c",'"{:c}".format(10**10)'],["fmt e",'"{:e}".format(10**400)'],["float big",'float(10**400)'],["truediv",'10**400 / 3'],["pow neg",'x = 0 ** -1'],["pow float",'x = 2.0 ** 10**5'],["shift neg",'1 << -1'],["int base",'int("z", 99)'],["sum str",'sum(["a"], "")'],["opt big",'module("a.py", opt=10**30)'],["freeze int",'freeze(10**30)'],["glob surrogate",'import glob\nglob.glob("\ud800")'],["include list deep",'x=[]\nfor i in range(90):\n    x=[x]\ninclude(x)'],["include self list",'x=[]\nx.append(x)\ninclude(x)'],["package files self",'x=[]\nx.append(x)\npackage("p", files=x)'],
["set eq", 's = set(range(100000))\nt = set(range(100000))\nwhile 1:\n    s == t'],
["set issubset", 's = set(range(100000))\nwhile 1:\n    s <= s'],
["list eq", 's = list(range(100000))\nt = list(range(100000))\nwhile 1:\n    s == t'],
["min/max", 's = list(range(100000))\nwhile 1:\n    max(s)'],
["any/all", 's = [0] * 100000\nwhile 1:\n    any(s)'],
["sum lists", 'sum([[1]] * 100000, [])'],
["list(str)", 's = "a" * 999999\nwhile 1:\n    list(s)'],
["str iter", 's = "a" * 999999\nfor c in s * 1:\n    s = s[1:]'],
["str slice", 's = "a" * 999999\nwhile 1:\n    s[1:]'],
["str compare", 's = "a" * 999999\nt = "a" * 999999\nwhile 1:\n    s == t'],
["str lt", 's = "a" * 999999\nt = "a" * 999999\nwhile 1:\n    s < t'],
["startswith", 's = "a" * 999999\nwhile 1:\n    s.startswith(s)'],
["strip", 's = " " * 999999\nwhile 1:\n    s.strip()'],
["splitlines", 's = "a\\n" * 400000\nwhile 1:\n    s.splitlines()'],
["partition", 's = "a" * 999999\nwhile 1:\n    s.partition("b")'],
["isalpha", 's = "a" * 999999\nwhile 1:\n    s.isalpha()'],
["title", 's = "a b " * 200000\nwhile 1:\n    s.title()'],
["ord/chr", 'while 1:\n    ord(chr(1))'],
["int()", 's = "1" * 4000\nwhile 1:\n    float(s)'],
["round", 'while 1:\n    round(1.5, 10**6)'],
["divmod", 'x = 7 ** 30000\nwhile 1:\n    divmod(x, 3)'],
["hex", 'x = 7 ** 30000\nwhile 1:\n    hex(x)'],
["isinstance", 'while 1:\n    isinstance(1, int)'],
["zip star", 'x = [[1] * 1000] * 1000\nwhile 1:\n    list(zip(*x))'],
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
