// A bundle of 500 libraries in the official layout (two zips of bytecode and one of sources, about 20 MB): opened, and
// one library with its dependencies installed, each time in a fresh process. circup beside it where it is on the machine.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "@upykit/compiler";
import { zipSync } from "fflate";
import { findTool, median, ms, ratio, runProcess, table } from "./report.mjs";

const onceScript = fileURLToPath(new URL("bundle-once.mjs", import.meta.url));
const rounds = 11;
const count = 500;
const id = "adafruit-circuitpython-bundle";
const tag = "20260101";
const wanted = "adafruit_part_250";

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "upykit-bench-"));
  try {
    const variants = buildBundle(folder);
    const size = variants.reduce((sum, { zip }) => sum + statSync(zip).size, 0);
    console.log(
      `${count} libraries in ${variants.length} zips of ${(size / 1e6).toFixed(1)} MB; medians of ${rounds}:\n`,
    );
    const circup = findTool("circup");
    if (circup !== null) prepareCircup(folder, variants);
    const ours = [];
    const theirs = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await installOnce(folder));
      if (circup !== null) theirs.push(await circupOnce(circup, folder));
    }
    report(ours, theirs);
    if (circup === null) console.log("\nNo circup on this machine: nothing to compare with.");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(ours, theirs) {
  const of = (key) => median(ours.map((one) => one[key]));
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const circup = theirs.length === 0 ? null : median(theirs);
  table(
    ["", "time", "of the processor", "memory"],
    [
      ["index parsed", ms(of("opened")), "", ""],
      [
        "index parsed, one library and its dependencies installed",
        ms(of("took")),
        ms(of("processor")),
        `${mb(of("rss"))} more, ${mb(of("heap"))} of heap`,
      ],
      ["the same, with starting Node and loading the code", ms(of("process")), "", ""],
      ["circup install, from bundles it has unpacked before", ms(circup), "", ""],
    ],
  );
  if (circup !== null)
    console.log(
      `\ncircup takes ${ratio(circup, of("took"))} the call, and ${ratio(circup, of("process"))} the whole process.`,
    );
}

async function installOnce(folder) {
  const drive = mkdtempSync(join(folder, "drive-"));
  mkdirSync(join(drive, "lib"));
  const { took, output } = await runProcess(process.execPath, [
    "--expose-gc",
    onceScript,
    join(folder, "downloads"),
    wanted,
    drive,
  ]);
  const result = JSON.parse(output);
  if (result.libraries !== count || result.written < 3) throw new Error(`not all was installed: ${output}`);
  return { ...result, process: took };
}

/** One release, all variants: names, tree and index as circuitpython-build-tools makes them. */
function buildBundle(folder) {
  const libraries = Array.from({ length: count }, (_, index) => makeLibrary(index));
  const index = Object.fromEntries(libraries.map(({ name, entry }) => [name, entry]));
  mkdirSync(join(folder, "downloads"));
  writeFileSync(join(folder, "downloads", `${id}-${tag}.json`), JSON.stringify(index));
  return ["py", "9.x-mpy", "10.x-mpy"].map((variant) => {
    const base = `${id}-${variant}-${tag}`;
    const files = Object.fromEntries(
      filesOf(libraries, variant).map(([path, content]) => [`${base}/${path}`, content]),
    );
    const zip = join(folder, "downloads", `${base}.zip`);
    writeFileSync(zip, zipSync(files, { level: 6 }));
    return { variant, base, files, zip };
  });
}

function filesOf(libraries, variant) {
  return libraries.flatMap(({ name, short, sources, example, picture }) => [
    ...sources.map(({ path, source, mpy }) =>
      variant === "py" || source.length === 0
        ? [`lib/${path}`, source]
        : [`lib/${path.replace(/\.py$/, ".mpy")}`, mpy],
    ),
    [`requirements/${name}/requirements.txt`, text("Adafruit-Blinka\nadafruit-circuitpython-busdevice\n")],
    [`examples/${short}/${short}_simpletest.py`, example],
    ...(picture === null ? [] : [[`examples/${short}/picture.bmp`, picture]]),
  ]);
}

function makeLibrary(index) {
  const short = `part_${index}`;
  const name = `adafruit_${short}`;
  const isPackage = index % 3 === 0;
  const names = isPackage
    ? [`${name}/__init__.py`, `${name}/device.py`, `${name}/register.py`]
    : [`${name}.py`];
  const sources = names.map((path, position) => sourceOf(path, index * 7 + position));
  const dependencies = [index - 1, index - 10]
    .filter((other) => other >= 0 && index % 10 !== 0)
    .map((other) => `adafruit_part_${other}`);
  const entry = {
    package: isPackage,
    pypi_name: `adafruit-circuitpython-part-${index}`,
    version: `1.${index % 40}.${index % 7}`,
    repo: `https://github.com/adafruit/adafruit_circuitpython_part_${index}`,
    path: `lib/${name}`,
    dependencies:
      index === 250 ? ["adafruit_part_1", "adafruit_part_3"] : dependencies.slice(0, index < 20 ? 0 : 2),
    external_dependencies: [],
    pypi_description: `CircuitPython library for part ${index}, with what it needs to be read and set.`,
  };
  return {
    name,
    short,
    sources,
    entry,
    example: text(`import ${name}\nprint(${name})\n`.repeat(30)),
    picture: index % 2 === 0 ? noise(21_000, index) : null,
  };
}

function sourceOf(path, seed) {
  if (path.endsWith("__init__.py")) return { path, source: text(""), mpy: text("") };
  const words = ["value", "register", "buffer", "address", "sample", "channel", "offset", "scale"];
  const lines = [`__version__ = "1.${seed % 40}.${seed % 7}"`];
  for (let method = 0; method < 60; method++) {
    const [a, b, c] = [
      words[(seed + method) % 8],
      words[(seed * 3 + method * 5) % 8],
      (seed * 2654435761 + method * 40503) % 65536,
    ];
    lines.push(`def read_${a}_${b}_${method}(device, ${a}, limit=${c}):`);
    lines.push(`    """Reads the ${a} of the ${b} number ${c}, as the data sheet of part ${seed} has it."""`);
    lines.push(`    return (device.read(${c % 256}) * ${a} + limit) // ${(c % 97) + 1}`);
  }
  const source = text(`${lines.join("\n")}\n`);
  return { path, source, mpy: compile(source, { filename: path, target: "circuitpython" }).mpy };
}

/** circup's own folder of data, as it is when it has downloaded and unpacked everything. */
function prepareCircup(folder, variants) {
  const home = join(folder, "data", "circup");
  for (const { variant, files } of variants) {
    const platform = variant.replace(".x-", "");
    for (const [path, content] of Object.entries(files))
      write(join(home, "adafruit", `${id}-${platform}`, path), content);
  }
  write(join(home, "circup.json"), JSON.stringify({ "adafruit/Adafruit_CircuitPython_Bundle": [tag] }));
  write(
    join(home, "bundle_config.json"),
    JSON.stringify({ adafruit: "adafruit/Adafruit_CircuitPython_Bundle" }),
  );
}

async function circupOnce(circup, folder) {
  const drive = mkdtempSync(join(folder, "circup-"));
  mkdirSync(join(drive, "lib"));
  write(
    join(drive, "boot_out.txt"),
    "Adafruit CircuitPython 10.0.3 on 2025-10-17; Raspberry Pi Pico with rp2040\nBoard ID:raspberry_pi_pico\n",
  );
  const env = { ...process.env, XDG_DATA_HOME: join(folder, "data") };
  const { took, output } = await runProcess(circup, ["--offline", "--path", drive, "install", wanted], {
    env,
  });
  if (!statSync(join(drive, "lib", `${wanted}.mpy`), { throwIfNoEntry: false }))
    throw new Error(`circup installed nothing:\n${output}`);
  return took;
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function text(content) {
  return new TextEncoder().encode(content);
}

/** Bytes that hardly pack, as pictures and fonts. */
function noise(length, seed) {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => (state = (state * 48271) % 2147483647) & 0xff);
}
