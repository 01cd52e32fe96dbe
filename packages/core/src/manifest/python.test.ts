// Programs, and what CPython 3.11 prints of them.
import { evaluateManifest, memoryFileSystem } from "@upykit/core/manifest";
import { expect, test } from "vitest";

const tree = { "/p/pkg/b.py": "", "/p/pkg/sub/c.py": "" };

async function printed(source: string): Promise<string> {
  const fileSystem = memoryFileSystem({ ...tree, "/p/manifest.py": source });
  let text = "";
  await evaluateManifest("/p/manifest.py", { fileSystem, onPrint: (more) => (text += more) });
  return text;
}

test.each([
  [
    'print(\'|\'.join([f"{2.5:.0f}", "%.2f" % 0.125, "%.0e" % 2.5, f"{100.0:.3}", f"{1.0:.2}", str(round(0.125, 2)), str(round(2.5))]))',
    "2|0.12|2e+00|1e+02|1.0|0.12|2\n",
  ],
  [
    'print(\'|\'.join([f"{True:5}", "%.3d" % 5, "%+06.3d" % 5, "%-8.3d|" % 5, "%#06x" % 10, "%08.3d" % -5, "%#.4x" % 255, "% d" % 3, "%*d" % (-3, 1)]))',
    "    1|005|+00005|005     ||0x000a|-0000005|0x00ff| 3|1  \n",
  ],
  [
    'print((1 // 0.1, -1 % -0.5, 7.5 // -2, divmod(1e16, 3.14159), 0.0 * -1, abs(-0.0), 1 ** float("nan")))',
    "(9.0, -0.0, -4.0, (3183101550488764.0, 1.1372877437780504), -0.0, 0.0, 1.0)\n",
  ],
  [
    'print(("ab".center(5), "ab".center(6), "😀".zfill(3), "😀b".find("b"), "abcabc".count("a", 1)))',
    "('  ab ', '  ab  ', '00😀', 1, 1)\n",
  ],
  [
    'print((" a b  c ".split(None, 1), " a b  c ".rsplit(None, 1), "a\\vb\\x85c\\r\\n".splitlines(), "a\\n".splitlines(1), "\\x1f".isspace()))',
    "(['a', 'b  c '], [' a b', 'c'], ['a', 'b', 'c'], ['a\\n'], True)\n",
  ],
  [
    'print(("é\\u2028", ascii("é😀"), "%a" % "é"))',
    "('é\\u2028', \"'\\\\xe9\\\\U0001f600'\", \"'\\\\xe9'\")\n",
  ],
  [
    'print((int("010", 16), int("0b1", 16), int("0x1f", 0), float("1_0"), bool(float("nan"))))',
    "(16, 177, 31, 10.0, True)\n",
  ],
  [
    'print((sum([(1,), (2,)], ()), isinstance(1, (str, (int,))), 2.0 in range(5), "x" % []))',
    "((1, 2), True, True, 'x')\n",
  ],
  [
    'print(({"a": 1}.keys(), {"a": 1}.items(), {"a": 1}.keys() - {"b"}, {"a": 1}.keys() == {"a"}, isinstance({}.keys(), list)))',
    "(dict_keys(['a']), dict_items([('a', 1)]), {'a'}, True, False)\n",
  ],
  [
    "a = d = {'x': 1}\nd |= {'y': 2}\nb = s = {1}\ns |= {2}\nc = l = [1]\nl *= 2\nprint(a, b, c)",
    "{'x': 1, 'y': 2} {1, 2} [1, 1]\n",
  ],
  [
    "d = {1: 1}\ntry:\n    for k in d:\n        d[k + 1] = 1\nexcept RuntimeError as e:\n    print(e)",
    "dictionary changed size during iteration\n",
  ],
  [
    "k = {'a': 1}.keys()\nd = {}\nv = d.values()\nd['x'] = 2\nprint(list(v), len(v), 'a' in k)",
    "[2] 1 True\n",
  ],
  [
    "import os\nprint(os.path.exists(''), os.path.isdir(''), os.path.split('a//b/'), os.path.split('//a'), os.path.commonprefix(['abc', 'abd']))",
    "False False ('a//b', '') ('//', 'a') ab\n",
  ],
  [
    "import os\nfor root, dirs, files in os.walk('pkg'):\n    dirs[:] = []\n    print(root, files)",
    "pkg ['b.py']\n",
  ],
  [
    "import os\nfor root, dirs, files in os.walk('pkg'):\n    print(root, dirs, files)",
    "pkg ['sub'] ['b.py']\npkg/sub [] ['c.py']\n",
  ],
] as const)("%j prints %j", async (source, expected) => {
  expect(await printed(source)).toBe(expected);
});

test.each([
  ["pow('a', 2)", "TypeError"],
  ["divmod('a', 1)", "TypeError"],
  ["'%x' % 1.5", "TypeError"],
  ["'a'.center(5, 'bc')", "TypeError"],
  ["'{} {0}'.format(1, 2)", "ValueError"],
  ["'{!}'.format(1)", "ValueError"],
  ["format('a', '+')", "ValueError"],
  ["2.0 ** 9999", "OverflowError"],
  ["float(10 ** 999)", "OverflowError"],
  ["round(float('inf'))", "OverflowError"],
  ["0.0 ** -1", "ZeroDivisionError"],
  ["int('010', 0)", "ValueError"],
  ["int('1', 37)", "ValueError"],
  ["os.listdir('')", "FileNotFoundError"],
  ["os.path.relpath('')", "ValueError"],
] as const)("%s raises %s", async (expression, type) => {
  const source = `import os\ntry:\n    ${expression}\nexcept Exception as e:\n    print(type(e))`;
  expect(await printed(source)).toBe(`<class '${type}'>\n`);
});
