// Freezing a manifest and building an index: upykit beside makemanifest.py with mpy-cross and mpy-tool.py, and beside
// tools/build.py of micropython-lib. MICROPYTHON_DIR is a checkout with mpy-cross built, MICROPYTHON_LIB_DIR one of
// micropython-lib. Theirs always start cold; of upykit a whole cold process, its call alone, and a later call are shown,
// and a cold process with an option of Node's that a build script can be started with (docs/freezing.md).
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest, jobs } from "./freeze-once.mjs";
import { median, ms, ratio, runProcess, table, timed } from "./report.mjs";

const golden = fileURLToPath(new URL("../packages/core/src/manifest/fixtures/freeze", import.meta.url));
const expected = new URL("../packages/freezer/src/fixtures/freeze/expected/", import.meta.url);
const header = fileURLToPath(new URL("qstrdefs.preprocessed.h", expected));
const onceScript = fileURLToPath(new URL("freeze-once.mjs", import.meta.url));
const micropython = process.env.MICROPYTHON_DIR;
const library = process.env.MICROPYTHON_LIB_DIR;
const rounds = 11;
const oneThread = "--v8-pool-size=1";

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "upykit-bench-"));
  try {
    const rows = [await measure("the 4 packages of the tests, frozen", ...goldenManifest(folder))];
    if (micropython !== undefined && library !== undefined) {
      rows.push(await measure("esp32's boards/manifest.py, frozen", ...esp32Manifest(folder)));
    }
    if (library !== undefined) {
      rows.push(await measure("micropython-lib as an index", ...wholeIndex(folder)));
      // This thread has its own work: it reads packages while the others compile.
      const threads = Math.max(1, availableParallelism() - 1);
      rows.push(
        await measure(`the same, with ${threads} thread(s) to compile`, ...wholeIndex(folder, threads)),
      );
    }
    console.log(
      `Medians of ${rounds}, in turn, Node ${process.versions.node}; the ratio is that of their time to this one:\n`,
    );
    const cold = ["a cold process", "its call alone", `with ${oneThread}`, "its call alone"];
    table(["", "the real tools", ...cold, "a later call", "same bytes"], rows);
    if (micropython === undefined) console.log("\nNo MICROPYTHON_DIR: nothing to compare with.");
    if (library === undefined) console.log("\nNo MICROPYTHON_LIB_DIR: no boards, no index.");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function goldenManifest(folder) {
  const variables = {
    MPY_DIR: micropython,
    MPY_LIB_DIR: `${golden}/lib`,
    PORT_DIR: `${golden}/app`,
    BOARD_DIR: `${golden}/board`,
  };
  return freezing(folder, { manifest: `${golden}/app/manifest.py`, roots: [golden], variables });
}

function esp32Manifest(folder) {
  const port = `${micropython}/ports/esp32`;
  const variables = {
    MPY_DIR: micropython,
    MPY_LIB_DIR: library,
    PORT_DIR: port,
    BOARD_DIR: `${port}/boards`,
  };
  const roots = [micropython, library];
  return freezing(folder, { manifest: `${port}/boards/manifest.py`, roots, variables });
}

/** The request for upykit, and how the real tools do the same; null without them. */
function freezing(folder, { manifest, roots, variables }) {
  const build = `${folder}/build`;
  const qstrs = readFileSync(header, "utf8");
  const request = { job: "freeze", manifest, roots, variables, qstrs, buildDirectory: build };
  if (micropython === undefined) return [request, null];
  const args = [`${micropython}/tools/makemanifest.py`, "-o", `${build}/frozen_content.c`, "-b", build];
  for (const [name, value] of Object.entries(variables)) args.push("-v", `${name}=${value}`);
  const theirs = async () => {
    rmSync(build, { recursive: true, force: true });
    mkdirSync(`${build}/genhdr`, { recursive: true });
    cpSync(header, `${build}/genhdr/qstrdefs.preprocessed.h`);
    const { took } = await runProcess("python3", [...args, "--mpy-tool-flags=", manifest]);
    return { took, files: [["frozen_content.c", readFileSync(`${build}/frozen_content.c`)]] };
  };
  return [request, theirs];
}

function wholeIndex(folder, threads = 0) {
  const request = { job: "index", library, threads };
  if (micropython === undefined) return [request, null];
  const output = `${folder}/index`;
  const args = [`${library}/tools/build.py`, "--output", output, "--micropython", micropython];
  const mpyCross = `${micropython}/mpy-cross/build/mpy-cross`;
  if (existsSync(mpyCross)) args.push("--mpy-cross", mpyCross);
  const theirs = async () => {
    rmSync(output, { recursive: true, force: true });
    const { took } = await runProcess("python3", args, { cwd: library });
    return { took, files: filesBelow(output) };
  };
  return [request, theirs];
}

/** The files of a folder; the time that index.json was made at is taken out. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => {
      const content = readFileSync(join(folder, path));
      if (path !== "index.json") return [path, content];
      return [path, content.toString().replace(/"updated": \d+/, '"updated": 0')];
    });
}

async function measure(name, { job, ...rest }, theirs) {
  const times = { theirs: [], cold: [], alone: [], oneThread: [], oneThreadAlone: [] };
  const request = JSON.stringify({ job, ...rest });
  let theirDigest = "";
  for (let round = 0; round < rounds; round++) {
    if (theirs !== null) {
      const { took, files } = await theirs();
      times.theirs.push(took);
      theirDigest = digest(files);
    }
    const plain = await inOneProcess([], request);
    times.cold.push(plain.whole);
    times.alone.push(plain.call);
    const small = await inOneProcess([oneThread], request);
    times.oneThread.push(small.whole);
    times.oneThreadAlone.push(small.call);
  }
  const warm = await timed(() => jobs[job](rest), 15);
  // manifestfile.py takes folders as the disk has them; upykit does so when it is asked to.
  const ourDigest = digest(await jobs[job]({ ...rest, order: "disk" }));
  const real = theirs === null ? null : median(times.theirs);
  const cell = (took) => (real === null ? ms(took) : `${ms(took)} (${ratio(real, took)})`);
  const same = real === null ? "–" : ourDigest === theirDigest ? "yes" : "NO";
  const { cold, alone, oneThread: small, oneThreadAlone } = times;
  const cells = [cold, alone, small, oneThreadAlone].map((took) => cell(median(took)));
  return [name, ms(real), ...cells, cell(warm), same];
}

/** One job in a Node of its own: milliseconds of the process and of the call. */
async function inOneProcess(options, request) {
  const { took, output } = await runProcess(process.execPath, [...options, onceScript, request]);
  return { whole: took, call: JSON.parse(output).took };
}
